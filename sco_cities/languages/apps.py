from django.apps import AppConfig


class LanguagesConfig(AppConfig):
    name = "sco_cities.languages"

    def ready(self):
        from . import checks  # noqa: F401 - registers itself
