"""Database settings for both engines, which keep waits short, report failures early and prevent lost writes."""

import os
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

# Connection time-out for each host of the URL. This is the shortest time that libpq allows.
CONNECT_TIMEOUT_S = 2
# Maximum time that an SQLite writer waits for another writer. Web processes wait less, because they also serve readers.
WEB_BUSY_TIMEOUT_S, COMMAND_BUSY_TIMEOUT_S = 4, 10

# Maximum duration of a statement, and maximum wait for a lock. No reader waits longer for a page. A migration or a load
# may take any time, but must not wait for locks forever.
WEB_TIMEOUTS = {"statement_timeout": "15s", "lock_timeout": "5s"}
COMMAND_TIMEOUTS = {"statement_timeout": "0", "lock_timeout": "60s"}

# If PostgreSQL expects many rows, it compiles a query to machine code (JIT), which takes 10 to 90 ms. This time is
# wasted if only the first rows are fetched, and saves nothing if all rows are fetched.
PLANNER_FLAGS = {"jit": "off"}

SQLITE_OPTIONS = {
    # IMMEDIATE acquires the write lock when a transaction opens, so that a second writer waits instead of failing
    # later. WAL does not block readers during a write. `synchronous` stays at FULL. With NORMAL, a power cut could
    # lose a change that was already confirmed to a curator.
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-20000;",
}

POSTGRESQL_OPTIONS = {
    "application_name": "sco-cities",
    "connect_timeout": CONNECT_TIMEOUT_S,
    # If the server's machine is unreachable, the server never answers and its time-outs have no effect. These settings
    # make the client detect an unreachable server within half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"


def is_command(arguments: list[str]) -> bool:
    """Returns True if this process is a `manage.py` command other than `runserver`."""
    program, *rest = arguments or [""]
    path = Path(program)
    is_manage = path.name in {"manage.py", "django-admin"} or path.parts[-2:] == ("django", "__main__.py")
    return is_manage and rest[:1] != ["runserver"]


def _existing_file(name: str) -> str:
    """Returns the URI of the database file `name`, which only a command may create.

    If the file is missing, a web process must report that the database is unavailable, not serve an empty database.
    """
    if is_command(sys.argv) or name.startswith((":memory:", "file:")):
        return name
    return f"{Path(name).absolute().as_uri()}?mode=rw"


class PrivateFileConnection(sqlite3.Connection):
    """A connection that makes a new database file private (mode 600), because it contains password hashes and secrets.

    SQLite applies the mode of the file to its auxiliary files.
    """

    def __init__(self, database, *args, **kwargs):
        is_path = not str(database).startswith((":memory:", "file:"))
        # If the file cannot be created, SQLite reports the reason. An existing file must not be opened here, because
        # closing it would release the locks of other connections of this process.
        with suppress(OSError):
            if is_path:
                os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        super().__init__(database, *args, **kwargs)


def database_from_url(url: str, *, replica: bool = False) -> dict:
    """Django's settings for the database at `url` (`sqlite:///file` or `postgres://user:pass@host/name`).

    The query string of `url` overrides the options of this module. A replica is read-only, has no migrations and
    mirrors the default database in tests.
    """
    settings = _parse(url, "DATABASE_REPLICA_URL" if replica else "DATABASE_URL")
    options = settings.get("OPTIONS", {})
    in_command = is_command(sys.argv)
    if settings["ENGINE"] == SQLITE:
        timeout = COMMAND_BUSY_TIMEOUT_S if in_command else WEB_BUSY_TIMEOUT_S
        options = SQLITE_OPTIONS | {"timeout": timeout, "factory": PrivateFileConnection} | options
        settings["NAME"] = _existing_file(settings["NAME"])
    else:
        timeouts = COMMAND_TIMEOUTS if in_command else WEB_TIMEOUTS
        flags = " ".join(f"-c {name}={value}" for name, value in (timeouts | PLANNER_FLAGS).items())
        options = POSTGRESQL_OPTIONS | {"options": flags} | options
    settings["OPTIONS"] = options
    if replica:
        settings["TEST"] = {"MIRROR": "default"}
    return settings


def description_of_url(url: str) -> str:
    """Describes the database at `url` without the password, such as “PostgreSQL, cities on db.example.org”."""
    settings = _parse(url, "DATABASE_URL")
    name = settings["NAME"]
    if settings["ENGINE"] == SQLITE:
        if name == ":memory:" or name.startswith("file:"):
            return f"SQLite, {name}"
        path = Path(name).resolve()
        return f"SQLite, {path.relative_to(BASE_DIR) if path.is_relative_to(BASE_DIR) else path}"
    options = settings.get("OPTIONS", {})
    host = options.get("host") or settings["HOST"] or os.environ.get("PGHOST") or "the local socket"
    port = options.get("port") or settings["PORT"]
    return f"PostgreSQL, {name or 'the default database'} on {host}{f':{port}' if port else ''}"


def _parse(url: str, setting: str) -> dict:
    """Parses `url`. Raises ImproperlyConfigured without showing the URL, which may contain a password."""
    try:
        settings = dj_database_url.parse(url, conn_max_age=300, conn_health_checks=True)
    except ValueError:
        settings = {}
    if settings.get("ENGINE") not in {SQLITE, POSTGRESQL}:
        raise ImproperlyConfigured(
            f"{setting} is not valid. Expected postgres://user:password@host/name or sqlite:////path/to/file, with "
            "special characters in the password percent-encoded."
        )
    return settings
