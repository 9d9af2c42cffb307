"""Backups of PostgreSQL: `pg_dump` in its custom format, which the same role restores."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from psycopg2.extensions import make_dsn

from .contents import other_database
from .errors import BackupFailed

SUFFIX = ".dump"
HEADER = b"PGDMP"
# For libpq; all others are of the driver.
_NOT_OF_LIBPQ = ("cursor_factory", "client_encoding", "password", "sslpassword")


def size() -> int:
    """How many bytes a backup may have: it is compressed and has no indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(SUM(pg_table_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r'"
        )
        return cursor.fetchone()[0]


def copy_database(path: Path) -> None:
    """Writes the database as the current transaction sees it into an empty file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}", f"--dbname={_dsn()}")


def restore_into(name: str, path: Path, *options: str) -> None:
    """Restores a backup into an empty database of the same server. All of it belongs to the role of the settings."""
    run("pg_restore", "--exit-on-error", "--no-owner", *options, f"--dbname={_dsn(name)}", str(path))


@contextmanager
def restored_on_trial(path: Path) -> Iterator[None]:
    """Inside, the default connection is one to a database into which the backup was restored; dropped afterwards."""
    with scratch_database(f"{connection.settings_dict['NAME']}_backup_trial") as name:
        restore_into(name, path, "--no-privileges", "--no-comments")
        with other_database(name):
            yield


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Creates an empty database with the locale of the present one; dropped afterwards, unless it was renamed."""
    # A command that was killed has left one.
    drop_database(name)
    create_database(name)
    try:
        yield name
    finally:
        drop_database(name)


def create_database(name: str) -> None:
    """Creates an empty database; raises BackupFailed if the role may not."""
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
        # Only where it differs: a server with ICU names its locale in other ways.
        locale = "" if is_default else " ENCODING %s LC_COLLATE %s LC_CTYPE %s"
        cursor.execute(
            f"CREATE DATABASE {_quoted(name)} TEMPLATE template0{locale}",
            [] if is_default else [encoding, collate, ctype],
        )


def drop_database(name: str) -> None:
    """Drops a database of ours, if it exists."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(name)}")


def require_may_create() -> None:
    """Raises BackupFailed if the role of the settings may not create databases."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolcreatedb OR rolsuper, current_user FROM pg_roles WHERE rolname = current_user"
        )
        may_create, role = cursor.fetchone()
    if not may_create:
        raise BackupFailed(
            f"The role {role} may not create the database into which a backup is restored. "
            f"Run as a superuser: ALTER ROLE {_quoted(role)} CREATEDB"
        )


def run(program: str, *arguments: str) -> str:
    """Runs a client program of PostgreSQL and returns its output; raises BackupFailed with the reason."""
    parameters = connection.get_connection_params()
    # Other users see the arguments of a process, but not its environment.
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
