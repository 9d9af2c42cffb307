from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """The command `release`, the pages below /data/, and the releases that the worker makes."""

    name = "sco_cities.releases"
