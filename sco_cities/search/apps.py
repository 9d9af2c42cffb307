"""Tells the lists how words find records, and keeps the documents after migrations."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    """Search over every kind of record."""

    name = "sco_cities.search"

    def ready(self):
        from sco_cities.browse import text
        from sco_cities.sources import words

        from . import documents, matching, usual_words

        text.finder = matching.found
        text.mender = usual_words.mended
        text.problem = words.problem
        # The signal is sent for rooms with models of their own; by then the tables of all rooms are there.
        post_migrate.connect(documents.install_after_migrations, sender=apps.get_app_config("initiatives"))
