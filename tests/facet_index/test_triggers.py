"""After every migration, every table used by lists has triggers that write the change log."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from sco_cities.facet_index import change_log, triggers

APPS = ("sources", "themes", "cities", "delegates", "initiatives")
EVENTS = {
    "sqlite": ("insert", "update", "delete"),
    "postgresql": ("insert", "update", "delete", "truncate"),
}
TABLES = sorted(
    model._meta.db_table
    for app in APPS
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
)


def installed_triggers() -> set[str]:
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        return {name for (name,) in cursor.fetchall() if name.startswith("facet_log_")}


def expected_triggers(*tables: str) -> set[str]:
    return {f"facet_log_{table}_{event}" for table in tables for event in EVENTS[connection.vendor]}


def test_the_tables_of_all_apps_with_records_are_watched():
    assert sorted(triggers.watched_tables()) == TABLES
    assert len(TABLES) > 15


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_its_triggers(table):
    assert expected_triggers(table) <= installed_triggers()


@pytest.mark.django_db
def test_there_are_no_other_triggers():
    assert installed_triggers() == expected_triggers(*TABLES)


@pytest.mark.django_db(transaction=True)
def test_a_migration_restores_missing_triggers_and_everything_is_read_again():
    known = change_log.version("default")
    with connection.cursor() as cursor:
        for name in expected_triggers("themes_theme"):
            on = " ON themes_theme" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")
    assert not expected_triggers("themes_theme") & installed_triggers()
    call_command("migrate", verbosity=0)
    assert expected_triggers("themes_theme") <= installed_triggers()
    with pytest.raises(change_log.ChangeLogOverflow):
        change_log.changes_since("default", known)
