from django.apps import AppConfig
from django.conf import settings


class CurationConfig(AppConfig):
    """The admin for records (review, evidence, duplicates, edit conflicts, bulk edit, data quality)."""

    name = "sco_cities.curation"

    def ready(self):
        # Imported here, because `sources` must not import curation.
        from sco_cities.jobs import housekeeping

        from .record_admin import sources  # noqa: F401 - it registers itself
        from .unsaved_forms import kept_values

        housekeeping.register("unsaved forms", kept_values.delete_old)
        housekeeping.register("open forms", kept_values.delete_closed)

        if settings.SENDS_EMAIL:
            from sco_cities.jobs import periodic

            from .review.email_digest import send_due_digests

            periodic.register(send_due_digests)
