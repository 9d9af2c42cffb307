"""The reconciliation service as a Django app."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """It has no models. Names are read from the models of all records."""

    name = "sco_cities.reconciliation"
