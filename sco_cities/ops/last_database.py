"""Stores the last database that the site used in `var/last_database`, without its password.

A forgotten DATABASE_URL must not create, fill and serve a second database.
"""

import os
from contextlib import suppress

from django.core.exceptions import ImproperlyConfigured

from sco_cities.ops.environment import VAR_DIR, display_name, environment_file

FILE = VAR_DIR / "last_database"
# The environment variable with the database that a running server was started with. When a process is replaced, the new
# one must not fail because somebody has tried another database since.
SERVED = "SERVED_DATABASE"


def record(description: str) -> None:
    """Records the database of the site. Skipped if `ENV_FILE` is empty, because such a process does not use `var/`."""
    os.environ[SERVED] = description
    if environment_file() is None:
        return
    # The site works even if the server may not write this file.
    with suppress(OSError):
        VAR_DIR.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{description}\n")


def require_same(description: str, url: str) -> None:
    """Raises ImproperlyConfigured if the site last ran on a database other than `description`, the default at `url`.

    A process of a running server compares `description` with the server's own database.
    """
    path = environment_file()
    if path is None or not FILE.exists():
        return
    last = os.environ.get(SERVED) or FILE.read_text(encoding="utf-8").strip()
    if last and last != description:
        is_sqlite = last.startswith("SQLite")
        example = "sqlite:////path/to/file" if is_sqlite else "postgres://user:password@host/name"
        raise ImproperlyConfigured(
            f"DATABASE_URL is not set, but the site last ran on {last}. "
            f"Write one of two lines into {display_name(path)}:\n"
            f"  DATABASE_URL={example} (yours) to stay there\n"
            f"  DATABASE_URL={url} to use {description}"
        )
