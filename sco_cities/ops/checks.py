"""System checks for the operator's settings (database, releases directory and publisher)."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.db import connections

# In these versions, two connections that write and checkpoint the write-ahead log simultaneously can damage the
# database. The web processes and the worker all write and checkpoint.
FIRST_WITH_WAL_ERROR, FIRST_WITHOUT = (3, 7, 0), (3, 51, 3)


# `migrate`, and therefore `make run`, runs the checks with this tag. `check` without options does not.
@register(Tags.database)
def check_sqlite_version(databases: Iterable[str] | None = None, **kwargs) -> list[Warning]:
    """Warns if the site uses an SQLite version with a known bug in the write-ahead log."""
    if not any(connections[alias].vendor == "sqlite" for alias in databases or ()):
        return []
    if not FIRST_WITH_WAL_ERROR <= sqlite3.sqlite_version_info < FIRST_WITHOUT:
        return []
    return [
        Warning(
            f"SQLite {sqlite3.sqlite_version} can, in rare cases, damage a database that several processes write to.",
            hint="In production use PostgreSQL, or SQLite 3.51.3 or later.",
            id="ops.W001",
        )
    ]


@register()
def check_releases_directory(**kwargs) -> list[Warning]:
    """Warns if releases are stored inside a versioned checkout, because the next upgrade replaces the checkout."""
    checkout, directory = settings.BASE_DIR, settings.RELEASES_DIR
    is_replaced = checkout.parent.suffix == ".d" and directory.resolve().is_relative_to(checkout)
    # Releases are built only if SITE_URL is set.
    if not (settings.SITE_URL and is_replaced):
        return []
    return [
        Warning(
            f"The releases are in {directory}. The next upgrade replaces {checkout}, and cited URLs of "
            "releases then stop working.",
            hint="Set RELEASES_DIR to a permanent directory, such as /var/lib/sco-cities/releases. Move them there.",
            id="ops.W003",
        )
    ]


@register(Tags.database)
def check_database_file(databases: Iterable[str] | None = None, **kwargs) -> list[Warning]:
    """Warns if other users of the machine can read the SQLite database."""
    names = [
        str(connections[alias].settings_dict["NAME"])
        for alias in databases or ()
        if connections[alias].vendor == "sqlite"
    ]
    paths = [Path(unquote(urlsplit(name).path) if name.startswith("file:") else name) for name in names]
    return [
        Warning(
            f"Other users of this machine can read the database {path}. It contains password hashes and the "
            "secrets of the second factor.",
            hint=f"Run `chmod 600 {path}*`.",
            id="ops.W004",
        )
        for path in paths
        if _is_open_to_others(path)
    ]


def _is_open_to_others(path: Path) -> bool:
    """Returns True if other users have permission to read a file and to enter its directory."""
    if not (path.is_file() and path.stat().st_mode & 0o004):
        return False
    return all(directory.stat().st_mode & 0o001 for directory in path.absolute().parents)


@register(Tags.security, deploy=True)
def check_publisher(**kwargs) -> list[Warning]:
    """Warns if the About page has no publisher or no contact for the publisher."""
    missing = [name for name in ("PUBLISHER_NAME", "PUBLISHER_CONTACT") if not getattr(settings, name)]
    if not missing:
        return []
    return [
        Warning(
            f"{' and '.join(missing)} not set: the page About lacks the publisher or the contact.",
            hint="Set PUBLISHER_NAME to a name, and PUBLISHER_CONTACT to an e-mail address or a page.",
            id="ops.W005",
        )
    ]
