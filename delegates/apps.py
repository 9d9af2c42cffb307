from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DelegatesConfig(AppConfig):
    name = "delegates"
    # What the admin calls it, in its breadcrumbs.
    verbose_name = _("People, organisations and events")
