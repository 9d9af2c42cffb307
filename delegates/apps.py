from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DelegatesConfig(AppConfig):
    name = "delegates"
    # The breadcrumbs of the admin show this name.
    verbose_name = _("People, organisations and events")
