"""Registers the system checks for lists."""

from django.apps import AppConfig


class ListingsConfig(AppConfig):
    """Lists of records, with pages, filters and exports."""

    name = "sco_cities.listings"

    def ready(self):
        from . import checks  # noqa: F401 - registers them
