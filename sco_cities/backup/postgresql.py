"""PostgreSQL backups in the custom format of `pg_dump`. The role that makes a backup can also restore it."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, connection
from psycopg2.extensions import make_dsn

from .comparison import other_database
from .directory import BackupFailed

NAME = "PostgreSQL"
SUFFIX = ".dump"
HEADER = b"PGDMP"
# Number of checks, and seconds between checks, while an ended session disappears from the server.
_ATTEMPTS, _PAUSE_S = 10, 0.2
# Parameters omitted from the connection string for client programs, because they are secret or only for the driver.
_NOT_OF_LIBPQ = ("cursor_factory", "client_encoding", "password", "sslpassword")


def size() -> int:
    """Maximum size of a backup in bytes. Indexes are not counted, because a backup contains none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(SUM(pg_table_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r'"
        )
        return cursor.fetchone()[0]


def copy_database(path: Path) -> None:
    """Writes the current transaction's view of the database into an empty file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}", f"--dbname={_dsn()}")


def restore_into(name: str, path: Path, *options: str) -> None:
    """Restores a backup into an empty database on the same server. The role in the settings becomes its owner."""
    run("pg_restore", "--exit-on-error", "--no-owner", *options, f"--dbname={_dsn(name)}", str(path))


@contextmanager
def restored_on_trial(path: Path) -> Iterator[None]:
    """Restores the backup into a temporary database for the default connection. Drops the database afterwards."""
    with scratch_database(f"{connection.settings_dict['NAME']}_backup_trial") as name:
        restore_into(name, path, "--no-privileges", "--no-comments")
        with other_database(name):
            yield


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Creates an empty database with the locale of the current database.

    Drops it at the end of the block, unless it was renamed.
    """
    # A killed command may have left a database with this name.
    drop_database(name)
    create_database(name)
    try:
        yield name
    finally:
        drop_database(name)


def create_database(name: str) -> None:
    """Creates an empty database. Raises BackupFailed if the role may not create databases."""
    require_may_create()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(own.encoding), own.datcollate, own.datctype,"
            " (own.encoding, own.datcollate, own.datctype)"
            " = (template.encoding, template.datcollate, template.datctype)"
            " FROM pg_database AS own, pg_database AS template"
            " WHERE own.datname = current_database() AND template.datname = 'template0'"
        )
        encoding, collate, ctype, is_default = cursor.fetchone()
        # The locale is set only if it differs from the template's locale, because a server with ICU names its locales
        # differently.
        locale = "" if is_default else " ENCODING %s LC_COLLATE %s LC_CTYPE %s"
        cursor.execute(
            f"CREATE DATABASE {_quoted(name)} TEMPLATE template0{locale}",
            [] if is_default else [encoding, collate, ctype],
        )


def drop_database(name: str) -> None:
    """Drops a database that this module created, if it exists."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(name)}")


def require_may_create() -> None:
    """Raises BackupFailed if the role in the settings may not create databases."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolcreatedb OR rolsuper, current_user FROM pg_roles WHERE rolname = current_user"
        )
        may_create, role = cursor.fetchone()
    if not may_create:
        raise BackupFailed(
            f"The role {role} does not have permission to create the database for the restore. "
            f"Run as a superuser: ALTER ROLE {_quoted(role)} CREATEDB"
        )


def run(program: str, *arguments: str) -> str:
    """Runs a client program of PostgreSQL and returns its output. Raises BackupFailed with the program's error."""
    parameters = connection.get_connection_params()
    # Other users can see the arguments of a process, but not its environment.
    secrets = {"PGPASSWORD": parameters["password"]} if parameters.get("password") else {}
    try:
        process = subprocess.run(  # noqa: S603 - no shell, and the names are ours
            [program, *arguments],
            env=os.environ | secrets,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise BackupFailed(
            f"{program} is not installed. In Debian it is in the package postgresql-client."
        ) from None
    if process.returncode:
        lines = [line for line in process.stderr.splitlines() if line.strip()] or ["no reason given"]
        raise BackupFailed(
            f"{program} failed: {lines[0].removeprefix(f'{program}: ').removeprefix('error: ')}"
        )
    return process.stdout


def _dsn(name: str | None = None) -> str:
    parameters = connection.get_connection_params()
    named = {"dbname": name} if name else {}
    return make_dsn(**{key: parameters[key] for key in parameters if key not in _NOT_OF_LIBPQ} | named)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def require_unused() -> None:
    """Raises BackupFailed if the database has other sessions, or if the role may not replace it."""
    for attempt in range(_ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*), string_agg(DISTINCT NULLIF(application_name, ''), ', ') FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            sessions, programs = cursor.fetchone()
        if not sessions:
            break
        if attempt == _ATTEMPTS - 1:
            raise BackupFailed(
                f"Other sessions use the database ({sessions} sessions{f' of {programs}' if programs else ''}). "
                "Stop the site and the worker first."
            )
        time.sleep(_PAUSE_S)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(datdba, 'USAGE'), datname, current_user FROM pg_database"
            " WHERE datname = current_database()"
        )
        is_owner, name, role = cursor.fetchone()
    if not is_owner:
        raise BackupFailed(
            f"The role {role} does not own the database. Run as a superuser: "
            f"ALTER DATABASE {_quoted(name)} OWNER TO {_quoted(role)}"
        )


@contextmanager
def replacement(path: Path) -> Iterator[str]:
    """Restores the backup into a new database. Drops the database at the end of the block, unless it was renamed."""
    with scratch_database(f"{connection.settings_dict['NAME']}_restoring") as name:
        restore_into(name, path)
        yield name


def put_in_place(new: str, aside: str) -> str:
    """Replaces the current database with the new database. The current database is renamed with the suffix `aside`.

    Returns the new name of the old database. If `aside` is "", the old database must be empty. The empty database is
    dropped, and the result is "".
    """
    name = connection.settings_dict["NAME"]
    old = f"{name}_{aside}".replace("-", "_") if aside else f"{name}_empty"
    connection.close()
    try:
        # Connects to another database, because a database in use cannot be renamed. Both renames are in one
        # transaction.
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                f"ALTER DATABASE {_quoted(name)} RENAME TO {_quoted(old)};"
                f" ALTER DATABASE {_quoted(new)} RENAME TO {_quoted(name)}"
            )
    except DatabaseError as error:
        raise BackupFailed(f"The database cannot be renamed: {str(error).splitlines()[0]}") from error
    if not aside:
        drop_database(old)
    return old if aside else ""
