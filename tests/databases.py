"""Copies of the test database, and switching the default connection between databases."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection, transaction

from sco_cities.backup import postgresql
from sco_cities.facet_index import change_log, refresh, registry
from sco_cities.facet_index.models import Change
from sco_cities.facet_index.state import IndexState

# The facet index of each database as it was made, by the name of the database. Reading it anew for each test took half
# of the time of the tests of lists.
_indexes: dict[str, IndexState] = {}


def remember_facet_index() -> None:
    """Reads the facet index of the current database, for `reset_facet_index` in it and in its copies."""
    collections = [model.collection for model in registry.indexed_models()]
    # In a transaction it is read over this connection alone: a database with other connections cannot be copied.
    with transaction.atomic():
        _indexes[connection.settings_dict["NAME"]] = refresh.read(connection.alias, collections)


def reset_facet_index() -> None:
    """Makes the facet index of this process that of a new process for the current database.

    It is read from the database, or what `remember_facet_index` has read.
    """
    refresh.clear()
    if state := _indexes.get(connection.settings_dict["NAME"]):
        shared = refresh._shared.setdefault(state.using, refresh._SharedState(state.using))
        # With a cache of its own: that of `state` has seen the writes of other tests.
        shared.state = IndexState(state.using, state.version, state.indexes)


def _clear_caches() -> None:
    """Closes the connection and clears everything that this process has cached of its database."""
    connection.close()
    ContentType.objects.clear_cache()
    reset_facet_index()
    for cache in caches.all():
        cache.clear()


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Makes all connections that this process opens inside use the database `name`.

    The settings are one dictionary that all threads share, so this includes the threads of the live server.
    """
    before = connection.settings_dict["NAME"]
    _clear_caches()
    connection.settings_dict["NAME"] = name
    reset_facet_index()
    try:
        yield
    finally:
        _clear_caches()
        connection.settings_dict["NAME"] = before
        reset_facet_index()


@contextmanager
def copy_of(source: str, suffix: str, fill: Callable[[], None] | None = None) -> Iterator[str]:
    """A copy of the database `source`, which must have no other connections; dropped afterwards."""
    creation = connection.creation
    with connected_to(source):
        creation.clone_test_db(suffix, verbosity=0)
        name = creation.get_test_db_clone_settings(suffix)["NAME"]
    if state := _indexes.get(source):
        _indexes[name] = replace(state, version=_version_in(name, state.version))
    try:
        if fill:
            with connected_to(name):
                fill()
        yield name
    finally:
        _indexes.pop(name, None)
        _drop(name)


def _version_in(name: str, version: change_log.Version) -> change_log.Version:
    """The same version of the log in a copy, the database `name`."""
    if connection.vendor == "sqlite":
        return version
    with connected_to(name):
        return version._replace(database=change_log.version(connection.alias).database)


@contextmanager
def cached_migrations() -> Iterator[None]:
    """Starts the test database with a copy that an earlier run has migrated; later migrations run as usual.

    The migrations take seconds in each worker and each run of a few tests. A copy is valid for one set of migrations;
    permissions and triggers are created after every `migrate`.
    """
    name, is_sqlite = connection.creation._get_test_db_name(), connection.vendor == "sqlite"
    server = "" if is_sqlite else connection.pg_version
    digest = hashlib.sha256(f"{django.__version__} {server}".encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for path in sorted(Path(config.path, "migrations").glob("*.py")):
            digest.update(path.read_bytes())
    suffix = ".sqlite3" if is_sqlite else ".dump"
    cached = settings.BASE_DIR / "var" / "test-databases" / f"{digest.hexdigest()[:16]}{suffix}"
    _drop(name)
    is_cached = cached.exists()
    if is_cached and is_sqlite:
        shutil.copyfile(cached, name)
    elif is_cached:
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
        postgresql.restore_into(name, cached)
    yield
    if not is_cached:
        cached.parent.mkdir(parents=True, exist_ok=True)
        copy = cached.with_suffix(f".{os.getpid()}")
        if is_sqlite:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(copy)])
        else:
            with transaction.atomic():
                postgresql.copy_database(copy)
            connection.close()
        copy.replace(cached)


def _drop(name: str) -> None:
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)
        return
    # FORCE: a request that the browser has aborted may still be running in the live server.
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")


# What a migration creates after itself, and no test changes.
PERMANENT_TABLES = {
    "django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions",
}  # fmt: skip


def empty_tables() -> None:
    """Deletes all rows that a transactional test has left.

    Django's flush also creates permissions, roles and triggers again, in 0.2 seconds.
    """
    log = Change._meta.db_table
    # Last the change log, to which the triggers of other tables write.
    tables = [*sorted(set(connection.introspection.django_table_names()) - PERMANENT_TABLES - {log}), log]
    rows = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)  # noqa: S608 - our own names
    # Foreign keys are checked at the end of the transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(rows)
        for (name,) in [*cursor.fetchall(), (log,)]:
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - our own names


def end_other_sessions() -> None:
    """Closes connections of threads of earlier requests: PostgreSQL does not drop a database in use."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
