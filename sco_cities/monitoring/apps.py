from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_save


class MonitoringConfig(AppConfig):
    """Log lines and metrics."""

    name = "sco_cities.monitoring"

    def ready(self):
        from . import log_format, metrics_page

        connection_created.connect(log_format.count_queries, dispatch_uid="monitoring.queries")
        if metrics_page.is_on():
            from sco_cities.accounts.models import SecurityEvent

            from . import metrics

            post_save.connect(metrics.count_login, SecurityEvent, dispatch_uid="monitoring.logins")
