"""Stores the search documents, which contain the searchable words of every record. Database triggers update them.

Each kind of record has its own table (an FTS5 index on SQLite, text search vectors on PostgreSQL). In a shared table,
words that are frequent in initiatives would slow down searches in short lists. Triggers fill the table from
`search_text`, so that it stays correct after changes by forms, bulk writes, cascades and manual SQL. The triggers are
checked after every migration, because SQLite drops triggers when it alters a table. If a trigger is missing, the
documents are rebuilt.
"""

from django.db import connections, transaction
from django.db.models import Model

from sco_cities.sources.base_models import record_models


def table_name(collection: str) -> str:
    """Returns the name of a collection's search table."""
    return f"search_{collection}"


def install(using: str, **_kwargs) -> None:
    """Creates and fills missing search tables, with indexes and triggers. Receives `post_migrate`."""
    connection = connections[using]
    engine = {"sqlite": _SQLite, "postgresql": _PostgreSQL}[connection.vendor]
    existing = set(connection.introspection.table_names())
    for model in record_models():
        # An interrupted migration may not have created the table or its text column yet.
        if model._meta.db_table in existing:
            with transaction.atomic(using=using), connection.cursor() as cursor:
                documents = engine(cursor, model)
                if not documents.is_installed():
                    for statement in documents.statements():
                        cursor.execute(statement)


class _DocumentTable:
    """The search table of one model on one database engine."""

    def __init__(self, cursor, model: type[Model]):
        self.cursor = cursor
        self.names = {
            "records": model._meta.db_table,
            "documents": table_name(model.collection),
            "key": model._meta.pk.column,
        }


class _SQLite(_DocumentTable):
    """A contentless FTS5 index that stores the records for each word, without word positions.

    A `prefix` index is not used. It would make searches for two-letter prefixes three times as fast, which is
    unnecessary, but every write three times as slow.
    """

    table = "CREATE VIRTUAL TABLE {documents} USING fts5(terms, content='', detail=none, tokenize='ascii')"
    add = "INSERT INTO {documents} (rowid, terms) VALUES (NEW.{key}, NEW.search_text);"
    remove = (
        "INSERT INTO {documents} ({documents}, rowid, terms) VALUES ('delete', OLD.{key}, OLD.search_text);"
    )
    triggers = (
        f"CREATE TRIGGER {{documents}}_insert AFTER INSERT ON {{records}} BEGIN {add} END",
        f"CREATE TRIGGER {{documents}}_delete AFTER DELETE ON {{records}} BEGIN {remove} END",
        f"CREATE TRIGGER {{documents}}_update AFTER UPDATE OF {{key}}, search_text ON {{records}} "
        "WHEN OLD.{key} IS NOT NEW.{key} OR OLD.search_text IS NOT NEW.search_text "
        f"BEGIN {remove} {add} END",
    )
    fill = "INSERT INTO {documents} (rowid, terms) SELECT {key}, search_text FROM {records}"

    def expected_statements(self) -> list[str]:
        return [statement.format(**self.names) for statement in (self.table, *self.triggers)]

    def is_installed(self) -> bool:
        self.cursor.execute("SELECT sql FROM sqlite_master WHERE type IN ('table', 'trigger')")
        return set(self.expected_statements()) <= {sql for (sql,) in self.cursor.fetchall()}

    def statements(self):
        for event in ("insert", "delete", "update"):
            yield f"DROP TRIGGER IF EXISTS {self.names['documents']}_{event}"
        yield f"DROP TABLE IF EXISTS {self.names['documents']}"
        yield from self.expected_statements()
        yield self.fill.format(**self.names)


class _PostgreSQL(_DocumentTable):
    """Text search vectors built from tokens. PostgreSQL's parser is not used, because it would alter "1e5" and "x4e2d".

    The triggers run once per statement, not per row.

    The vectors are stored out of line (in TOAST), because search time depends on the number of database pages that the
    rows fill. A search for a word in 250,000 records takes 57 ms instead of 222 ms. PostgreSQL moves values out of line
    only in rows over 2 kB, so `filler` pads the rows with blanks, which are compressed to about thirty bytes. A
    sequential scan would fetch every vector from TOAST. `search_keys` disables sequential scans, because the planner
    ignores this cost.
    """

    vector = "array_to_tsvector(array_remove(string_to_array({text}, ' '), '')), repeat(' ', 2100)"
    # Increment this number after every change to a definition below.
    version = "1"
    definitions = (
        "DROP TABLE IF EXISTS {documents}",
        "CREATE TABLE {documents} (id bigint PRIMARY KEY, terms tsvector NOT NULL, filler text NOT NULL) "
        "WITH (toast_tuple_target = 128)",
        "ALTER TABLE {documents} ALTER terms SET STORAGE EXTERNAL",
        "INSERT INTO {documents} SELECT {key}, {vector} FROM {records}",
        "CREATE INDEX {documents}_terms ON {documents} USING gin (terms)",
        "ANALYZE {documents}",
        """CREATE OR REPLACE FUNCTION search_keys(documents regclass, wanted tsquery) RETURNS bytea
        LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off AS $$
        DECLARE keys bytea;
        BEGIN
            EXECUTE format('SELECT string_agg(int4send(id::int4), NULL) FROM %s WHERE terms @@ $1', documents)
            INTO keys USING wanted;
            RETURN keys;
        END $$""",
    )
    replace = "ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms, filler = EXCLUDED.filler;"
    functions = {
        "insert": (
            "NEW TABLE AS new_rows",
            "INSERT INTO {documents} SELECT {key}, {vector} FROM new_rows {replace}",
        ),
        "delete": (
            "OLD TABLE AS old_rows",
            "DELETE FROM {documents} USING old_rows WHERE {documents}.id = old_rows.{key};",
        ),
        "update": (
            "OLD TABLE AS old_rows NEW TABLE AS new_rows",
            "DELETE FROM {documents} USING old_rows WHERE {documents}.id = old_rows.{key} "
            "AND NOT EXISTS (SELECT FROM new_rows WHERE new_rows.{key} = old_rows.{key}); "
            "INSERT INTO {documents} SELECT new_rows.{key}, {vector} FROM new_rows "
            "LEFT JOIN old_rows ON old_rows.{key} = new_rows.{key} "
            "WHERE old_rows.search_text IS DISTINCT FROM new_rows.search_text {replace}",
        ),
        "truncate": ("", "TRUNCATE {documents};"),
    }

    def is_installed(self) -> bool:
        self.cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [self.names["documents"]])
        if self.cursor.fetchone() != (self.version,):
            return False
        self.cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled = 'O'",
            [self.names["records"]],
        )
        wanted = {f"{self.names['documents']}_{event}" for event in self.functions}
        return wanted <= {name for (name,) in self.cursor.fetchall()}

    def statements(self):
        # The lock prevents writes after the texts are copied and before the triggers exist.
        yield "LOCK TABLE {records} IN SHARE ROW EXCLUSIVE MODE".format(**self.names)
        for statement in self.definitions:
            yield self._formatted(statement, "search_text")
        for event, (rows, body) in self.functions.items():
            name = f"{self.names['documents']}_{event}"
            references = f"REFERENCING {rows} " if rows else ""
            yield (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {self._formatted(body, 'new_rows.search_text')} RETURN NULL; END $$"
            )
            yield (
                f"CREATE OR REPLACE TRIGGER {name} AFTER {event.upper()} ON {self.names['records']} "
                f"{references}FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
        yield f"COMMENT ON TABLE {self.names['documents']} IS '{self.version}'"

    def _formatted(self, statement: str, text: str) -> str:
        vector = self.vector.format(text=text)
        return statement.format(**self.names, vector=vector, replace=self.replace)
