from django.apps import AppConfig


class BackupConfig(AppConfig):
    """The commands `backup` and `restore`."""

    name = "sco_cities.backup"
