from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    name = "initiatives"
    # The breadcrumbs of the admin show this name.
    verbose_name = _("Initiatives")
