"""Health checks for operators and load balancers, at `/healthz`, `/readyz` and `/readyz?writes=1`.

A load balancer connects by IP address, without TLS and with any Host header. The middleware therefore responds before
the Host header is validated, and SECURE_REDIRECT_EXEMPT contains the paths. `/readyz` checks that the site can serve
readers. `/readyz?writes=1` checks that the site can save changes.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from sco_cities.db import query_deadline
from sco_cities.db.database_errors import first_line
from sco_cities.i18n import po_files
from sco_cities.jobs import heartbeat

from .static_storage import names_in_bundles

log = logging.getLogger(__name__)

_TEXT = "text/plain; charset=utf-8"
_METHODS = ("GET", "HEAD")
_WRITES = "writes=1"

# Seconds until a cached result expires. Because of the cache, frequent health checks cost no more than a single check.
KEEP_S = 1.0
# Maximum seconds that a check waits for a database, because a check must not block a thread for long.
PATIENCE_S = 0.4
# Minimum free space for SQLite's write-ahead log, which grows to this size before each checkpoint.
MIN_FREE_BYTES = 8 * 1024 * 1024
# Maximum number of missing files named in a log line.
MAX_NAMES = 5

# Public descriptions of problems, without names of hosts, users, files or migrations.
NO_DATABASE = "The database does not respond."
NOT_MIGRATED = "The database is not migrated."
NO_STATIC_FILES = "Static files are missing or outdated."
NO_CATALOGUES = "Translations are missing."
NOT_WRITABLE = "The database cannot be written."
NO_WORKER = "No worker is running."
MAINTAINED = "The site is being maintained."


def reader_problems() -> Iterator[tuple[str, str]]:
    """Yields problems that prevent page requests, as pairs of a public description and a detail for the log.

    The facet index needs no separate check, because it is read from any available database.
    """
    problems = []
    for alias in connections:
        problem = _database_problem(alias)
        if problem is None:
            # One available database is enough, because readers use either the replica or the primary if the other is
            # unavailable.
            break
        problems.append(problem)
    else:
        yield problems[0]
    yield from _file_problems()


def writer_problems() -> Iterator[tuple[str, str]]:
    """Yields problems that prevent saving changes or running jobs, in the format of `reader_problems`."""
    yield from _file_problems()
    if problem := _database_problem(DEFAULT_DB_ALIAS):
        yield problem
        return
    connection = connections[DEFAULT_DB_ALIAS]
    find_obstacle = _sqlite_obstacle if connection.vendor == "sqlite" else _postgresql_obstacle
    try:
        with query_deadline.within(PATIENCE_S):
            if reason := find_obstacle(connection):
                yield NOT_WRITABLE, reason
            if not heartbeat.is_worker_running():
                yield NO_WORKER, f"the last heartbeat: {heartbeat.last_beat()}"
    except Error as error:
        yield NO_DATABASE, first_line(error)


def _file_problems() -> Iterator[tuple[str, str]]:
    if missing := _missing_static_files():
        yield NO_STATIC_FILES, ", ".join(missing)
    if missing := [
        code for code in po_files.catalogue_languages() if not po_files.po_path(code, "mo").exists()
    ]:
        yield NO_CATALOGUES, ", ".join(missing)


class Readiness:
    """A briefly cached result of one check. One thread at a time refreshes the result."""

    def __init__(self, question: str, find_problems: Callable[[], Iterator[tuple[str, str]]]):
        self.question, self.find_problems = question, find_problems
        self._lock = threading.Lock()
        self._problems: dict[str, str] = {}
        self._found_at: float | None = None

    def problems(self) -> list[str]:
        """Returns public descriptions of the problems, or an empty list if the site is ready."""
        if not self._is_current() and self._lock.acquire(blocking=self._found_at is None):
            try:
                if not self._is_current():
                    self._look()
            finally:
                self._lock.release()
        return list(self._problems)

    def _is_current(self) -> bool:
        return self._found_at is not None and time.monotonic() - self._found_at < KEEP_S

    def _look(self) -> None:
        found = {MAINTAINED: "MAINTENANCE=1"} if settings.MAINTENANCE else dict(self.find_problems())
        if found.keys() != self._problems.keys():
            details = "; ".join(f"{answer} ({detail})" for answer, detail in found.items())
            log.warning("Not ready for %s: %s" if found else "Ready for %s%s", self.question, details)
        self._problems, self._found_at = found, time.monotonic()


class HealthMiddleware:
    """Responds to the health checks and passes on all other requests."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.readers = Readiness("readers", reader_problems)
        self.writers = Readiness("changes", writer_problems)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in ("/healthz", "/readyz"):
            return self.get_response(request)
        if request.method not in _METHODS:
            response = HttpResponseNotAllowed(_METHODS, content_type=_TEXT)
        elif request.path_info == "/readyz" and (problems := self._problems(request)):
            response = HttpResponse("\n".join(problems) + "\n", status=503, content_type=_TEXT)
            # Prevents Django from logging each check. `Readiness` logs a line when the result changes.
            response._has_been_logged = True
        else:
            response = HttpResponse("ok\n", content_type=_TEXT)
        response["Cache-Control"] = "no-store"
        return response

    def _problems(self, request: HttpRequest) -> list[str]:
        question = self.writers if request.META.get("QUERY_STRING") == _WRITES else self.readers
        return question.problems()


def _database_problem(alias: str) -> tuple[str, str] | None:
    try:
        with query_deadline.within(PATIENCE_S):
            applied = MigrationRecorder(connections[alias]).applied_migrations()
    except Error as error:
        return NO_DATABASE, f"{alias}: {first_line(error)}"
    missing = sorted(_known_migrations() - set(applied))
    if missing:
        return NOT_MIGRATED, f"{alias}: " + ", ".join(".".join(migration) for migration in missing)
    return None


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    # Cached, because reading the files takes 0.1 s and the files do not change while the process runs.
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def _missing_static_files() -> list[str]:
    """Returns the first static files that are missing or have no entry in this process's manifest."""
    storage = staticfiles_storage
    if not isinstance(storage, ManifestFilesMixin):
        return []
    found = (name for finder in get_finders() for name, _storage in finder.list([]))
    names = [name for name in found if name not in names_in_bundles()]
    stored = {name: storage.hashed_files.get(storage.hash_key(name)) for name in names}
    return [name for name, path in stored.items() if path is None or not storage.exists(path)][:MAX_NAMES]


def _sqlite_obstacle(connection) -> str:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        name = next((row[2] for row in cursor.fetchall() if row[1] == "main"), "")
    if not name:
        return ""
    file = Path(name)
    if not all(os.access(path, os.W_OK) for path in (file, file.parent)):
        return f"no permission to write {file} or its directory"
    disk = os.statvfs(file)
    free = disk.f_bavail * disk.f_frsize
    return f"{free} bytes are free on the disk" if free < MIN_FREE_BYTES else ""


def _postgresql_obstacle(connection) -> str:
    # A full disk is detected by the worker's heartbeat, which is written every few seconds.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean")
        (is_read_only,) = cursor.fetchone()
    return "the server is a standby or read only" if is_read_only else ""
