from django.apps import AppConfig


class CurationConfig(AppConfig):
    """The admin of records: review, evidence, duplicates, edit conflicts, bulk edit, data quality."""

    name = "sco_cities.curation"

    def ready(self):
        # Imported here because `sources` must not import curation.
        from .admin import sources  # noqa: F401 - registers itself
