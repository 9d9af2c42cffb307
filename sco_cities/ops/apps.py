from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Settings, start, health and what surrounds each request."""

    name = "sco_cities.ops"

    def ready(self):
        from . import checks  # noqa: F401 - registers itself
