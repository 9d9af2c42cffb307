"""Search documents: for every record the words that it is found by, kept by the database itself.

Each kind of record has a table of its own beside its records' table: of SQLite's full-text index, or of
PostgreSQL's vectors. One table for all kinds would make a frequent word of initiatives slow in the shortest
list. Triggers fill it from the records' `search_text`, so that every way of writing keeps it true: forms, bulk
writes, cascades and SQL by hand. They are made after every migration, since SQLite drops them when a table is
altered; where one was missing, the documents are written anew.
"""

from django.db import connections, transaction
from django.db.models import Model

from sco_cities.sources.base_models import record_models


def table_of(collection: str) -> str:
    """The table of the documents of a kind of record."""
    return f"search_{collection}"


def install_after_migrations(sender, using, **kwargs) -> None:
    """The receiver of post_migrate."""
    install(using)


def install(using: str) -> None:
    """Makes what is missing of the tables, their indexes and triggers, and fills what was made."""
    connection = connections[using]
    engine = {"sqlite": _SQLite, "postgresql": _PostgreSQL}[connection.vendor]
    existing = set(connection.introspection.table_names())
    for model in record_models():
        # A migration may have stopped before the table of the records was there, or before its text was.
        if model._meta.db_table in existing:
            with transaction.atomic(using=using), connection.cursor() as cursor:
                kind = engine(cursor, model)
                if not kind.is_installed():
                    for statement in kind.statements():
                        cursor.execute(statement)


class _Kind:
    """The documents of a kind of record in one engine."""

    def __init__(self, cursor, model: type[Model]):
        self.cursor = cursor
        self.names = {
            "records": model._meta.db_table,
            "documents": table_of(model.collection),
            "key": model._meta.pk.column,
        }


class _SQLite(_Kind):
    """A full-text index that keeps no text and no places of words: only which record has which.

    An index of beginnings (`prefix`) would make beginnings of two letters three times as quick, which are
    quick enough, and every write three times as slow.
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

    def wanted(self) -> list[str]:
        return [statement.format(**self.names) for statement in (self.table, *self.triggers)]

    def is_installed(self) -> bool:
        self.cursor.execute("SELECT sql FROM sqlite_master WHERE type IN ('table', 'trigger')")
        return set(self.wanted()) <= {sql for (sql,) in self.cursor.fetchall()}

    def statements(self):
        for event in ("insert", "delete", "update"):
            yield f"DROP TRIGGER IF EXISTS {self.names['documents']}_{event}"
        yield f"DROP TABLE IF EXISTS {self.names['documents']}"
        yield from self.wanted()
        yield self.fill.format(**self.names)


class _PostgreSQL(_Kind):
    """Vectors, made of the tokens as they are: no parser takes "1e5" or "x4e2d" for something else.

    The triggers run once for each statement, not for each row.

    A word of a quarter of a million records takes as long as the pages that hold these rows, so vectors are
    stored outside of the rows (57 ms instead of 222). PostgreSQL moves out only what belongs to a row of more
    than 2 kB: hence the blanks in `filler`, of which some thirty bytes are left when it has compressed them.
    A scan of the whole table would fetch every vector from there; the planner does not know what that costs,
    so the function that looks up keys rules it out.
    """

    vector = "array_to_tsvector(array_remove(string_to_array({text}, ' '), '')), repeat(' ', 2100)"
    # To be counted up whenever something below changes.
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
        # Nobody writes a record between the copy of the texts and the triggers.
        yield "LOCK TABLE {records} IN SHARE ROW EXCLUSIVE MODE".format(**self.names)
        for statement in self.definitions:
            yield self._filled(statement, "search_text")
        for event, (rows, body) in self.functions.items():
            name = f"{self.names['documents']}_{event}"
            references = f"REFERENCING {rows} " if rows else ""
            yield (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {self._filled(body, 'new_rows.search_text')} RETURN NULL; END $$"
            )
            yield (
                f"CREATE OR REPLACE TRIGGER {name} AFTER {event.upper()} ON {self.names['records']} "
                f"{references}FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
        yield f"COMMENT ON TABLE {self.names['documents']} IS '{self.version}'"

    def _filled(self, statement: str, text: str) -> str:
        vector = self.vector.format(text=text)
        return statement.format(**self.names, vector=vector, replace=self.replace)
