"""The two loaded databases of a size, kept between runs, and questions to them in SQL."""

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from .cluster import Cluster
from .paths import HOME, environment, manage, run, state_of_the_code

ENGINES = ("postgresql", "sqlite")


@dataclass(frozen=True)
class Database:
    """A loaded database: `engine` is "postgresql" or "sqlite"."""

    engine: str
    rows: int
    url: str
    name: str
    cluster: Cluster | None

    def ask(self, query: str) -> list[tuple]:
        """The rows that a query gives, in SQL that both engines know."""
        if self.engine == "postgresql":
            sockets = str(self.cluster.sockets)
            with closing(psycopg2.connect(host=sockets, user="sco_cities", dbname=self.name)) as connection:
                cursor = connection.cursor()
                cursor.execute(query)
                return cursor.fetchall()
        with closing(sqlite3.connect(f"file:{self.name}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def version(self) -> str:
        question = "SHOW server_version" if self.engine == "postgresql" else "SELECT sqlite_version()"
        return self.ask(question)[0][0]


def empty(engine: str, name: str, rows: int, cluster: Cluster | None) -> Database:
    """A new migrated database without records."""
    if engine == "postgresql":
        cluster.create(name)
        database = Database(engine, rows, cluster.url(name), name, cluster)
    else:
        path = HOME / f"{name}.sqlite3"
        for ending in ("", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        database = Database(engine, rows, f"sqlite:///{path}", str(path), None)
    manage(database.url, "migrate", "--verbosity", "0")
    return database


def loaded(engine: str, rows: int, cluster: Cluster | None, *, fresh: bool) -> Database:
    """The database with so many initiatives: kept from the last run, or loaded now."""
    name = f"rows_{rows}_{state_of_the_code()}"
    note = HOME / f"{name}_{engine}.json"
    path = HOME / f"{name}.sqlite3"
    is_there = name in cluster.names() if engine == "postgresql" else path.exists()
    if note.exists() and is_there and not fresh:
        url = cluster.url(name) if engine == "postgresql" else f"sqlite:///{path}"
        # What is made again after each migration, such as triggers, follows the code.
        manage(url, "migrate", "--verbosity", "0")
        return Database(engine, rows, url, name if engine == "postgresql" else str(path), cluster)
    note.unlink(missing_ok=True)
    database = empty(engine, name, rows, cluster)
    print(f"Loading {rows:,} initiatives into {engine}", flush=True)
    started = time.perf_counter()
    command = [sys.executable, "-m", "scripts.bench.load", str(rows)]
    figures = json.loads(run(command, env=environment(database.url)).splitlines()[-1])
    _settle(database)
    figures["seconds"] = time.perf_counter() - started
    note.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"  {figures['seconds']:.0f} s, {figures['peak_mb']:.0f} MB", flush=True)
    return database


def load_figures(database: Database) -> dict:
    """How long the load took, and its memory, as measured when it was done."""
    name = f"rows_{database.rows}_{state_of_the_code()}_{database.engine}.json"
    return json.loads((HOME / name).read_text())


def _settle(database: Database) -> None:
    """Brings the planner's statistics up to date, as any server does by itself after a while."""
    if database.engine == "postgresql":
        command = [*database.cluster.psql(database.name), "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT"]
        subprocess.run(command, check=True, capture_output=True)
        return
    with closing(sqlite3.connect(database.name)) as connection:
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
