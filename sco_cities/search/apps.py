"""Tells the lists how words find records, and keeps the documents after migrations."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    """Search over every kind of record."""

    name = "sco_cities.search"

    def ready(self):
        from sco_cities.core import tokenizer
        from sco_cities.listings import search_backend

        from . import documents, fulltext_query, word_spelling

        search_backend.finder = fulltext_query.find
        search_backend.corrector = word_spelling.corrected
        search_backend.problem = tokenizer.phrase_error
        # The signal is sent for rooms with models of their own; by then the tables of all rooms are there.
        post_migrate.connect(documents.install_after_migrations, sender=apps.get_app_config("initiatives"))
