"""The reconciliation service as a Django app."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """It has no models of its own: names are read from those of all records."""

    name = "sco_cities.reconciliation"
