from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    name = "sco_cities.cities"
    # What the admin calls it, in its breadcrumbs.
    verbose_name = _("Cities and countries")
