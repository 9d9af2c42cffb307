from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Background jobs and their worker."""

    name = "sco_cities.jobs"
