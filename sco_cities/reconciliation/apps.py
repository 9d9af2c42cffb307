"""App configuration of the reconciliation service."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """The reconciliation app. It has no models, and reads names from the models of all kinds of record."""

    name = "sco_cities.reconciliation"
