"""The rows and the schema of the database, read without models."""

from collections import Counter

from django.db import connection

# Tables, columns, indexes, constraints, triggers and functions: the kind of each, its table, name and definition.
# The definition of a table is left out: SQLite stores its text, which depends on the order of the migrations. So is
# that of a check: PostgreSQL prints it differently after it has been restored.
PARTS = {
    "sqlite": """
        SELECT type, tbl_name, name, CASE type WHEN 'table' THEN '' ELSE sql END FROM sqlite_schema
        UNION ALL
        SELECT 'column', tables.name, columns.name, columns.type || columns."notnull" || columns.pk
        FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'
    """,
    "postgresql": """
        SELECT 'column', table_name, column_name, data_type || is_nullable || COALESCE(column_default, '')
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL
        SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL
        SELECT 'constraint', conrelid::regclass::text, conname,
        CASE contype WHEN 'c' THEN '' ELSE pg_get_constraintdef(oid) END FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal
        UNION ALL
        SELECT 'function', '', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    """,
}


def parts() -> set[tuple]:
    """The parts of the schema, without the tables that SQLite keeps for itself."""
    return {part for part in rows(PARTS[connection.vendor]) if not part[1].startswith("sqlite_")}


def columns() -> dict[str, list[str]]:
    """The columns of every table."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description
        tables = connection.introspection.table_names(cursor)
        return {table: [column.name for column in described(cursor, table)] for table in tables}


def contents(table: str, names: list[str]) -> Counter:
    """The rows of a table: these columns of each."""
    *selected, source = map(connection.ops.quote_name, [*names, table])
    return Counter(rows(f"SELECT {', '.join(selected)} FROM {source}"))  # noqa: S608 - names of ours


def rows(query: str, *parameters) -> list[tuple]:
    """The rows that a query returns, which can be compared and hashed."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found = cursor.fetchall()
    return [tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in found]
