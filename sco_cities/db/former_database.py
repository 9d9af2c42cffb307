"""Detects databases of versions before the first release, which no migration can convert."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

# Each of these databases has one of these migrations, which were the first to be applied. Other unknown migrations may
# belong to a newer version, whose databases work.
_FIRST_MIGRATIONS = {("accounts", "0001_accounts"), ("browse", "0001_initial")}
HOW_TO_MOVE = (
    "It was made by a version before the first release, and its data is moved, not migrated: run `dump_package` with "
    "the code that made it, then `migrate` and `load_package` with this code and a new database, and for new data "
    "`load_package --update --base`; docs/operators/upgrade.md shows the commands."
)


def is_former_database(connection: BaseDatabaseWrapper) -> bool:
    """True if the database was made by a version before the first release. Writes nothing."""
    return not _FIRST_MIGRATIONS.isdisjoint(MigrationRecorder(connection).applied_migrations())
