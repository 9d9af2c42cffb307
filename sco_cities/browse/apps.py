"""Finds the kinds of record that other rooms declare, and keeps the triggers of the log of changes."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class BrowseConfig(AppConfig):
    """Lists of any kind of record."""

    name = "sco_cities.browse"

    def ready(self):
        from .index.triggers import install_after_migrations

        autodiscover_modules("facets")
        post_migrate.connect(install_after_migrations, sender=self)
