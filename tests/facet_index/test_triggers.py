"""Every table that lists show something of leaves entries in the log of changes, after every migration."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from sco_cities.facet_index import change_log, triggers

ROOMS = ("sources", "themes", "cities", "delegates", "initiatives")
EVENTS = {
    "sqlite": ("insert", "update", "delete"),
    "postgresql": ("insert", "update", "delete", "truncate"),
}
TABLES = sorted(
    model._meta.db_table
    for room in ROOMS
    for model in apps.get_app_config(room).get_models(include_auto_created=True)
)


def installed() -> set[str]:
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        return {name for (name,) in cursor.fetchall() if name.startswith("browse_log_")}


def wanted(*tables: str) -> set[str]:
    return {f"browse_log_{table}_{event}" for table in tables for event in EVENTS[connection.vendor]}


def test_the_tables_of_all_rooms_that_hold_records_are_watched():
    assert sorted(triggers.watched_tables()) == TABLES
    assert len(TABLES) > 15


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_its_triggers(table):
    assert wanted(table) <= installed()


@pytest.mark.django_db
def test_there_are_no_others():
    assert installed() == wanted(*TABLES)


@pytest.mark.django_db(transaction=True)
def test_they_come_back_after_a_table_was_rebuilt_and_everything_is_read_anew():
    known = change_log.version("default")
    with connection.cursor() as cursor:
        for name in wanted("themes_theme"):
            on = " ON themes_theme" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")
    assert not wanted("themes_theme") & installed()
    call_command("migrate", verbosity=0)
    assert wanted("themes_theme") <= installed()
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)
