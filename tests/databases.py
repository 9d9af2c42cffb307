"""Copies the test database and switches the default connection between databases."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import django
from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection, transaction

from sco_cities.backup import postgresql
from sco_cities.facet_index import change_log, refresh, registry
from sco_cities.facet_index.models import Change
from sco_cities.facet_index.state import IndexState

# The facet index of each database as it was created, by database name. Reading the index again for each test took half
# of the list tests' time.
_indexes: dict[str, IndexState] = {}


def remember_facet_index() -> None:
    """Reads the facet index of the current database, for `reset_facet_index` in this database and in its copies."""
    collections = [model.collection for model in registry.indexed_models()]
    # A transaction limits the reads to this connection, because a database with other connections cannot be copied.
    with transaction.atomic():
        _indexes[connection.settings_dict["NAME"]] = refresh.read(connection.alias, collections)


def reset_facet_index() -> None:
    """Resets the facet index of this process to the index that a new process has for the current database.

    The index is read from the database unless `remember_facet_index` has already read it.
    """
    refresh.clear()
    if state := _indexes.get(connection.settings_dict["NAME"]):
        shared = refresh._shared.setdefault(state.using, refresh._SharedState(state.using))
        # The new state gets a separate cache, because the cache of `state` contains results from other tests.
        shared.state = IndexState(state.using, state.version, state.indexes)


def _clear_caches() -> None:
    """Closes the connection and clears all caches of this process with data of its database."""
    connection.close()
    ContentType.objects.clear_cache()
    reset_facet_index()
    for cache in caches.all():
        cache.clear()


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Makes all connections that this process opens inside the context use the database `name`.

    All threads share these settings, so this includes the threads of the live server.
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
    """Copies the database `source`, which must have no other connections, and drops the copy afterwards."""
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
    """Returns `version` with the identity of the database `name`, which is a copy of the original database."""
    if connection.vendor == "sqlite":
        return version
    with connected_to(name):
        return version._replace(database=change_log.version(connection.alias).database)


@contextmanager
def cached_migrations() -> Iterator[None]:
    """Starts the test database with a copy that an earlier run has migrated. Later migrations run as usual.

    The migrations take seconds in each worker and each run of a few tests. A copy is valid for one set of migrations.
    Permissions and triggers are created after every `migrate`.
    """
    name, is_sqlite = connection.creation._get_test_db_name(), connection.vendor == "sqlite"
    server = "" if is_sqlite else connection.pg_version
    digest = migrations_digest(apps.get_app_configs(), f"{django.__version__} {server}")
    suffix = ".sqlite3" if is_sqlite else ".dump"
    cached = settings.BASE_DIR / "var" / "test-databases" / f"{digest}{suffix}"
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


def migrations_digest(configs: Iterable[AppConfig], versions: str) -> str:
    """Returns a digest of the names and contents of all migrations, because a database stores the applied names."""
    digest = hashlib.sha256(versions.encode())
    for config in sorted(configs, key=lambda config: config.label):
        for path in sorted(Path(config.path, "migrations").glob("*.py")):
            digest.update(f"{config.label} {path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _drop(name: str) -> None:
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)
        return
    # FORCE is needed because a request that the browser has aborted may still be running in the live server.
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")


# Tables that `migrate` fills and that no test changes.
PERMANENT_TABLES = {
    "django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions",
}  # fmt: skip


def empty_tables() -> None:
    """Deletes all rows that a transactional test has left.

    Django's flush would also create permissions, roles and triggers again, which takes 0.2 seconds.
    """
    log = Change._meta.db_table
    # The change log is last, because the triggers of other tables write to it.
    tables = [*sorted(set(connection.introspection.django_table_names()) - PERMANENT_TABLES - {log}), log]
    rows = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)  # noqa: S608 - our own names
    # Foreign keys are checked at the end of the transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(rows)
        for (name,) in [*cursor.fetchall(), (log,)]:
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - our own names


def end_other_sessions() -> None:
    """Closes the connections of other threads, because PostgreSQL does not drop a database that is in use."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
