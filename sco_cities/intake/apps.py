from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "sco_cities.intake"

    def ready(self):
        from sco_cities.jobs import housekeeping, periodic

        from .jobs import purge_expired

        housekeeping.register("texts of reports", purge_expired)
        periodic.register(purge_expired)
