from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    name = "sco_cities.sources"
    # Shown in the admin breadcrumbs.
    verbose_name = _("Reports and passages")
