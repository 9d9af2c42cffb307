from django.apps import AppConfig
from django.core.signals import request_finished, request_started


class OpsConfig(AppConfig):
    """Settings, startup, health checks and middleware."""

    name = "sco_cities.ops"

    def ready(self):
        from . import checks, replica  # noqa: F401 - checks registers itself

        request_started.connect(replica.begin_request)
        request_finished.connect(replica.end_request)
