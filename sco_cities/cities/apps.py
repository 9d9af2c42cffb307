from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    name = "sco_cities.cities"
    # Shown in the breadcrumbs of the admin.
    verbose_name = _("Cities and countries")
