"""A database for tests that back up, replace and restore it."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from tests import factories as make
from tests.databases import connected_to, copy_of


def make_records() -> None:
    make.make_theme("lamps")
    make.make_city("almaty")
    get_user_model().objects.create_user("ada", password="a-long-pass-phrase")


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    """The name of a separate database with a theme, a city and an account."""
    with (
        django_db_blocker.unblock(),
        copy_of(connection.settings_dict["NAME"], "backup", make_records) as name,
        connected_to(name),
    ):
        yield name
        _drop_former()


def _drop_former() -> None:
    for former in former_databases():
        if connection.vendor == "sqlite":
            for path in Path(former).parent.glob(f"{Path(former).name}*"):
                path.unlink()
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {connection.ops.quote_name(former)}")


def former_databases() -> list[str]:
    """The names of the databases that a restore has renamed."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        found = Path(name).parent.glob(f"{Path(name).name}.before-*")
        return sorted(str(path) for path in found if not path.name.endswith(("-wal", "-shm")))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY datname", [f"{name}_before_%"]
        )
        return [former for (former,) in cursor.fetchall()]
