"""Drops the texts of reports that have been kept long enough."""

from django.core.management.base import BaseCommand

from sco_cities.intake.purge import purge_expired


class Command(BaseCommand):
    """Each new intake does the same; this is for sites that receive none for a long time."""

    help = "Drop the texts, quotes and file names of reports that are older than INTAKE_KEEP_DAYS. Decisions stay."

    def handle(self, *args, **options):
        self.stdout.write(f"dropped the text of {purge_expired()} reports")
