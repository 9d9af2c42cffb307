from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    name = "sco_cities.cities"
    # Breadcrumbs of the admin show this name.
    verbose_name = _("Cities and countries")
