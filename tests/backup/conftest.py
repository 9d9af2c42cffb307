"""A database that commands back up, replace and restore."""

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
    """The name of a database of its own with a theme, a city and an account."""
    with (
        django_db_blocker.unblock(),
        copy_of(connection.settings_dict["NAME"], "backup", make_records) as name,
        connected_to(name),
    ):
        yield name
