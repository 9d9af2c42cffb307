from django.apps import AppConfig


class I18nConfig(AppConfig):
    """Languages of the site, catalogues, collation, punctuation, number and date formats."""

    name = "sco_cities.i18n"

    def ready(self):
        from . import checks  # noqa: F401 - registers itself
