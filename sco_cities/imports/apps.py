from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Imports of spreadsheets."""

    name = "sco_cities.imports"

    def ready(self):
        from sco_cities.jobs import housekeeping

        from .jobs import delete_old

        housekeeping.register("old imports and their rows", delete_old)
