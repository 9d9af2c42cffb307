"""Statistics from which the planner of SQLite chooses indexes; PostgreSQL updates its own."""

from django.db import connections


def update_statistics(using: str) -> None:
    """Counts the rows of tables that have none or outdated statistics; takes seconds with a million records.

    Without them, SQLite searched the evidence of a million records for that of one.
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def update_after_migrations(using: str, **_kwargs) -> None:
    """Receiver of post_migrate: a migration that remakes a table drops its statistics."""
    update_statistics(using)
