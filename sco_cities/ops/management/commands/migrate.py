"""Extends Django's `manage.py migrate`, so that it can run while the site is in use."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from sco_cities.db.connections import HOW_TO_MOVE, is_former_database
from sco_cities.db.database_errors import DatabaseOutage, classify_database_error

LOCK_TIMEOUT = "2s"
ATTEMPTS, PAUSE_S = 30, 10.0


class Command(migrate.Command):
    """Django's `migrate`, with retries and a limit on the wait for tables in use.

    On PostgreSQL, a migration that waits for a table blocks all later readers of the table. If the migration waited for
    a long export, all readers would wait until the export ends. A migration that reaches the limit is rolled back.
    Databases created before the first release are rejected.
    """

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        if is_former_database(connection):
            raise CommandError(f"The database was not changed. {HOW_TO_MOVE}")
        with _lock_timeout(connection):
            for _attempt in range(ATTEMPTS - 1):
                try:
                    return super().handle(*args, **options)
                except OperationalError as error:
                    if classify_database_error(error) != DatabaseOutage.LOCKED:
                        raise
                self.stderr.write(f"A table is in use: trying again in {PAUSE_S:.0f} seconds.")
                time.sleep(PAUSE_S)
            return super().handle(*args, **options)


@contextmanager
def _lock_timeout(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Limits the wait of statements for a lock to LOCK_TIMEOUT. On SQLite, the usual limit for commands applies."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
    yield
    # If an error occurs, this line is skipped, but the command ends anyway.
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
