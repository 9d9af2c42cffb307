"""Summarises the contents of a database for comparison with another database."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor

from sco_cities.datapackage.dump import dump_files

# Maps file names of the data package to hashes, and table names to row counts.
Contents = dict[str, str]


@contextmanager
def other_database(name: str, **options) -> Iterator[None]:
    """Temporarily switches this thread's default connection to the database `name` on the same server.

    On SQLite, `name` is a file. `options` override the settings of the database.
    """
    own = connections[DEFAULT_DB_ALIAS]
    settings = own.settings_dict | {"NAME": name}
    connections[DEFAULT_DB_ALIAS] = type(own)(settings | options, DEFAULT_DB_ALIAS)
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        ContentType.objects.clear_cache()
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS] = own


def read_contents() -> Contents:
    """Reads the contents of the database in the current transaction.

    Skips the data package if the schema is older than the code, because the dump needs the current schema.
    """
    contents = {table: f"{rows} rows" for table, rows in rows_by_table().items()}
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        files = dump_files()
        contents |= {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return contents


def rows_by_table() -> dict[str, int]:
    """Maps table names to row counts, for all tables that exist both in the code and in the database."""
    rows = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.django_table_names(only_existing=True)):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name of ours
            rows[table] = cursor.fetchone()[0]
    return rows


def has_newer_migrations() -> bool:
    """Returns True if the database was migrated by a newer version of the code."""
    loader = MigrationExecutor(connection).loader
    newest: dict[str, str] = {}
    for app, name in loader.disk_migrations:
        newest[app] = max(newest.get(app, ""), _number(name))
    # Compares migration numbers, because the migrations of earlier versions may have been removed since.
    return any(app in newest and _number(name) > newest[app] for app, name in loader.applied_migrations)


def _number(migration: str) -> str:
    return migration.partition("_")[0]


# Tables filled by migrations.
_NOT_DATA = {
    "auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "facet_index_change",
}  # fmt: skip


def has_data() -> bool:
    """Returns True if a restore could lose data, such as rows of the site or tables of other software."""
    existing = connection.introspection.table_names()
    if existing and "django_migrations" not in existing:
        return True
    tables = set(connection.introspection.django_table_names(only_existing=True)) - _NOT_DATA
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 - a name of ours
            if cursor.fetchone():
                return True
    return False
