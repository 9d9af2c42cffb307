from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    name = "initiatives"
    # What the admin calls it, in its breadcrumbs.
    verbose_name = _("Initiatives")
