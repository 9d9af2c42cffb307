from django.apps import AppConfig
from django.db.backends.signals import connection_created


class MonitoringConfig(AppConfig):
    """Log lines and metrics."""

    name = "sco_cities.monitoring"

    def ready(self):
        from . import request_trace

        connection_created.connect(request_trace.count_queries, dispatch_uid="monitoring.queries")
