"""New migrations only expand the database, so the previous release works with it.

The rules are in docs/developers/migrations.md.
"""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("postgresql")]

# Migrations that contract the database one release later, as the guide allows. Initial migrations are not checked.
ACCEPTED = {
    # Renamed a column before the first release, while the site was stopped.
    ("history", "0002_change_set_source"),
    # Removed a column before the first release, while the site was stopped.
    ("intake", "0002_fewer_decisions"),
    # Renamed a column before the first release, while the site was stopped.
    ("intake", "0003_certainty"),
}


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    """All migrations from their files, whether they are applied or not."""
    return MigrationLoader(None)


def broken_rules(migration: migrations.Migration, state: ProjectState) -> dict[str, str]:
    """Returns the messages of the linter by code, for the SQL of a migration that is applied to this state."""
    # The SQL is collected and not executed, so the transaction of the test does not matter.
    with (
        patch.object(connection, "in_atomic_block", migration.atomic),
        connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor,
    ):
        migration.apply(state, editor, collect_sql=True)
    errors, _ignored, _warnings = analyse_sql_statements(PostgresqlAnalyser, editor.collected_sql)
    return {error.code: error.message for error in errors}


def checked(loader: MigrationLoader) -> Iterator[migrations.Migration]:
    for key, migration in loader.disk_migrations.items():
        is_own = migration.__module__.startswith(("sco_cities.", "delegates.", "initiatives."))
        if is_own and not migration.initial and key not in ACCEPTED:
            yield migration


def test_new_migrations_leave_the_previous_release_working(loader):
    broken = {}
    for migration in checked(loader):
        key = (migration.app_label, migration.name)
        if errors := broken_rules(migration, loader.project_state(key, at_end=False)):
            broken[key] = errors
    assert broken == {}


def test_migrations_that_were_accepted_exist(loader):
    assert set(loader.disk_migrations) >= ACCEPTED


OPERATIONS = {
    "a nullable column": (migrations.AddField("theme", "colour", models.TextField(null=True)), []),
    "a column with a default of the database": (
        migrations.AddField("theme", "weight", models.IntegerField(db_default=1)), [],
    ),
    "a column with a default of Django": (
        migrations.AddField("theme", "weight", models.IntegerField(default=1)), ["NOT_NULL"],
    ),
    "a column removed": (migrations.RemoveField("theme", "keywords"), ["DROP_COLUMN"]),
    "a column renamed": (migrations.RenameField("theme", "keywords", "words"), ["RENAME_COLUMN"]),
    "a column of another type": (
        migrations.AlterField("theme", "keywords", models.IntegerField(null=True)), ["ALTER_COLUMN"],
    ),
    "a table": (
        migrations.CreateModel("Colour", [("id", models.AutoField(primary_key=True))]), [],
    ),
    "a table removed": (migrations.DeleteModel("Theme"), ["DROP_TABLE"]),
    "a table renamed": (
        migrations.RenameModel("Theme", "Topic"), ["RENAME_COLUMN", "RENAME_TABLE"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("operation, expected", OPERATIONS.values(), ids=OPERATIONS)
def test_a_migration_that_breaks_the_previous_release_is_detected(
    loader, operation: Operation, expected: list[str]
):
    class Synthetic(migrations.Migration):
        operations = [operation]

    found = broken_rules(Synthetic("0099_synthetic", "themes"), loader.project_state())
    assert sorted(found) == expected
