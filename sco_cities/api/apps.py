from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The JSON API."""

    name = "sco_cities.api"

    def ready(self):
        from sco_cities.listings.views import EXPORT_FORMATS

        from .metadata import PACKAGE

        EXPORT_FORMATS.append(PACKAGE)
