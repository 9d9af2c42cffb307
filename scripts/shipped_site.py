"""Sets up the site with the shipped data in a temporary database, for scripts that measure it within their process."""

import os
import secrets
import sys
from pathlib import Path


def set_up(folder: str) -> None:
    """Sets up Django with a new SQLite database in `folder`, and loads the data package."""
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
    database = Path(folder, "shipped.sqlite3")
    # Creates the file, because the site does not create a missing database.
    database.touch()
    os.environ["DATABASE_URL"] = f"sqlite:///{database}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sco_cities.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("load_package", "data/summit-cities", stdout=sys.stderr, skip_checks=True)
