from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "sco_cities.intake"
