from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    name = "sco_cities.themes"
    # What the admin calls it, in its breadcrumbs.
    verbose_name = _("Themes")
