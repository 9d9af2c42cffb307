"""`manage.py migrate` works while the site runs."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate as django_migrate
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from sco_cities.ops.management.commands import migrate

pytestmark = pytest.mark.django_db


class LockNotAvailable(Exception):
    """A driver error with PostgreSQL's lock timeout code."""

    pgcode = "55P03"
    sqlite_errorcode = None


@pytest.fixture
def outcomes(monkeypatch):
    """Fakes Django's migrate command. Each run uses the next result in this list (None, or an error to raise)."""
    outcomes = []

    def handle(*args, **options):
        if error := outcomes.pop(0):
            raise error

    monkeypatch.setattr(django_migrate.Command, "handle", handle)
    monkeypatch.setattr(migrate, "PAUSE_S", 0)
    return outcomes


def is_locked() -> OperationalError:
    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = LockNotAvailable()
    return error


def test_a_migration_that_waits_for_a_table_is_retried(outcomes):
    outcomes += [is_locked(), is_locked(), None]
    output = StringIO()
    call_command("migrate", stderr=output)
    assert output.getvalue() == "A table is in use: trying again in 0 seconds.\n" * 2


def test_after_many_attempts_the_error_is_shown(outcomes, monkeypatch):
    monkeypatch.setattr(migrate, "ATTEMPTS", 3)
    outcomes += [is_locked(), is_locked(), is_locked(), None]
    with pytest.raises(OperationalError, match="lock timeout"):
        call_command("migrate", stderr=StringIO())
    assert outcomes == [None]


def test_other_errors_are_shown_immediately(outcomes):
    outcomes += [OperationalError("no such column"), None]
    with pytest.raises(OperationalError, match="no such column"):
        call_command("migrate")
    assert outcomes == [None]


@pytest.mark.parametrize(
    "first_migration", [("accounts", "0001_accounts"), ("browse", "0001_initial")], ids=".".join
)
def test_a_database_of_a_version_before_the_first_release_is_rejected(first_migration, outcomes):
    app, name = first_migration
    MigrationRecorder.Migration.objects.create(app=app, name=name)
    with pytest.raises(CommandError) as refused:
        call_command("migrate")
    assert str(refused.value) == (
        "The database was not changed. It was made by a version before the first release, so its data must "
        "be moved, not migrated. Run `dump_package` with the code that made it, then `migrate` and "
        "`load_package` with this code and a new database. For new data, run `load_package --update "
        "--base`. See docs/operators/upgrade.md."
    )


@pytest.mark.only_on("postgresql")
def test_only_a_migration_has_a_short_lock_timeout(monkeypatch):
    def lock_timeout() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            return cursor.fetchone()[0]

    seen = []
    monkeypatch.setattr(
        django_migrate.Command, "handle", lambda *args, **options: seen.append(lock_timeout())
    )
    before = lock_timeout()
    call_command("migrate")
    assert (seen, lock_timeout()) == ([migrate.LOCK_TIMEOUT], before)
    assert before != migrate.LOCK_TIMEOUT
