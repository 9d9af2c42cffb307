"""App configuration of the reconciliation service."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """The app has no models, but reads names from the models of all kinds of record."""

    name = "sco_cities.reconciliation"
