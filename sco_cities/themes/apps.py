from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    name = "sco_cities.themes"
    # Shown in the breadcrumbs of the admin.
    verbose_name = _("Themes")
