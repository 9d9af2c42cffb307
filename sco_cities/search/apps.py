"""Registers full-text search with the lists and creates the search tables after migrations."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    """Full-text search over every kind of record."""

    name = "sco_cities.search"

    def ready(self):
        from sco_cities.listings import registered_functions

        from . import documents, frequent_words, ranking, results

        registered_functions.register(
            find=frequent_words.find,
            search=ranking.find,
            named=ranking.named,
            correct=results.corrected_phrases,
        )
        # The sender is another app, because Django sends the signal only for apps with models. The tables of all apps
        # exist when the signal is sent.
        post_migrate.connect(documents.install, sender=apps.get_app_config("initiatives"))
