from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DelegatesConfig(AppConfig):
    name = "delegates"
    # Shown in the breadcrumbs of the admin.
    verbose_name = _("People, organisations and events")
