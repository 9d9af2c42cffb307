from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    name = "initiatives"
    # Shown in the breadcrumbs of the admin.
    verbose_name = _("Initiatives")
