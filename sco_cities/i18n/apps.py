from django.apps import AppConfig


class I18nConfig(AppConfig):
    """Configures the languages of the site, with catalogues, collation, punctuation, and number and date formats."""

    name = "sco_cities.i18n"

    def ready(self):
        from . import checks  # noqa: F401 - registers itself
