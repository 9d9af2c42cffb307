"""Loads the facet declarations of all apps and installs the triggers of the change log."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class FacetIndexConfig(AppConfig):
    """Configures the facet index of each web process and the change log that updates it."""

    name = "sco_cities.facet_index"

    def ready(self):
        from sco_cities.db.connections import reopen_replaced_files, update_statistics

        from . import checks  # noqa: F401 - registers them
        from .change_log import install

        autodiscover_modules("facets")
        reopen_replaced_files()
        post_migrate.connect(install, sender=self)
        # Runs after `install`, because `install` creates indexes that need statistics.
        post_migrate.connect(update_statistics, sender=self)
