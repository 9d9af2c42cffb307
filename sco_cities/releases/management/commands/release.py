"""Writes today's release."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sco_cities.releases.release_writer import ReleaseInProgress, ReleaseNotWritten, write_release


class Command(BaseCommand):
    """Writes today's release, or prints a message if it already exists."""

    help = (
        "Write today's release of all published records, as a data package, an SQLite database and flat CSV "
        "files, to a directory in RELEASES_DIR named after the date. A release is never changed. "
        "If today's release exists, nothing is written."
    )

    def handle(self, *args, **options):
        if not settings.SITE_URL:
            raise CommandError(
                "The files of a release permanently contain its URL. Set SITE_URL to the URL of the site, such as "
                "https://cities.example.org (or http://127.0.0.1:8000 to try it)."
            )
        try:
            release, is_new = write_release()
        except ReleaseInProgress:
            raise CommandError("Another process is writing a release.") from None
        except ReleaseNotWritten as error:
            raise CommandError(str(error)) from error
        if not is_new:
            self.stdout.write(f"{release.path} already exists and is not changed.")
            return
        size = sum(file.size for file in release.files)
        rows = sum(release.rows.values())
        self.stdout.write(
            f"{release.path}: {len(release.files) + 1} files, {rows:,} rows, {size / 1_000_000:,.1f} MB"
        )
