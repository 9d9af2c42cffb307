from django.apps import AppConfig
from django.conf import settings


class CurationConfig(AppConfig):
    """The admin of records: review, evidence, duplicates, edit conflicts, bulk edit, data quality."""

    name = "sco_cities.curation"

    def ready(self):
        # Imported here because `sources` must not import curation.
        from .record_admin import passages, sources  # noqa: F401 - they register themselves

        if settings.SENDS_EMAIL:
            from sco_cities.jobs import periodic

            from .review.email_digest import send_due_digests

            periodic.register(send_due_digests)
