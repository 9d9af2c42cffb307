from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Adds the command `release`, the pages under /data/ and scheduled releases."""

    name = "sco_cities.releases"

    def ready(self):
        from sco_cities.jobs import housekeeping, periodic

        from .release_writer import delete_old_releases, make_due_release

        housekeeping.register("old releases", delete_old_releases)
        periodic.register(make_due_release)
