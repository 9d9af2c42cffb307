"""Database settings for both engines: made to wait a little, to fail in time and never to lose a write."""

import sys
from pathlib import Path

import dj_database_url

CONNECT_TIMEOUT_S = 3
SQLITE_BUSY_TIMEOUT_S = 10

# What one statement may take, and how long it may wait for a lock. A reader has gone long before these are
# over; a migration or a load takes as long as it takes, and only its locks must not be waited for forever.
WEB_TIMEOUTS = {"statement_timeout": "15s", "lock_timeout": "5s"}
COMMAND_TIMEOUTS = {"statement_timeout": "0", "lock_timeout": "60s"}

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock when a transaction opens, so that two writers wait for each other
    # instead of failing half-way; WAL lets readers go on meanwhile. `synchronous` stays at FULL: with
    # NORMAL a power cut could take back what a curator has just seen saved.
    "transaction_mode": "IMMEDIATE",
    "timeout": SQLITE_BUSY_TIMEOUT_S,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-20000;",
}

POSTGRESQL_OPTIONS = {
    "application_name": "sco-cities",
    "connect_timeout": CONNECT_TIMEOUT_S,
    # A server whose machine is gone never answers, and none of its own time-outs can fire: the client must
    # notice by itself, here within half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def is_command(arguments: list[str]) -> bool:
    """Whether this process is a command of `manage.py`, its development server excepted."""
    program, *rest = arguments or [""]
    path = Path(program)
    named = path.name in {"manage.py", "django-admin"} or path.parts[-2:] == ("django", "__main__.py")
    return named and rest[:1] != ["runserver"]


def _existing_file(name: str) -> str:
    """The database file `name`, which only a command may create.

    A web process that finds none must say that the database is away, not serve an empty one that it made.
    """
    if is_command(sys.argv) or name.startswith((":memory:", "file:")):
        return name
    return f"{Path(name).absolute().as_uri()}?mode=rw"


def database_from_url(url: str, *, replica: bool = False) -> dict:
    """Django's settings for the database at `url` (`sqlite:///file` or `postgres://user:pass@host/name`).

    What the query string of `url` sets goes before what is set here. A replica is only read from: it takes
    part in no migration and mirrors the default one in tests.
    """
    settings = dj_database_url.parse(url, conn_max_age=300, conn_health_checks=True)
    options = settings.get("OPTIONS", {})
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        options = SQLITE_OPTIONS | options
        settings["NAME"] = _existing_file(settings["NAME"])
    elif settings["ENGINE"] == "django.db.backends.postgresql":
        timeouts = COMMAND_TIMEOUTS if is_command(sys.argv) else WEB_TIMEOUTS
        flags = " ".join(f"-c {name}={value}" for name, value in timeouts.items())
        options = POSTGRESQL_OPTIONS | {"options": flags} | options
    settings["OPTIONS"] = options
    if replica:
        settings["TEST"] = {"MIRROR": "default"}
    return settings
