from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    name = "sco_cities.themes"
    # Breadcrumbs of the admin show this name.
    verbose_name = _("Themes")
