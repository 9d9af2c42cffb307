"""Loaded databases of both engines, kept between runs, and SQL queries to them."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2

from .cluster import Cluster
from .paths import BENCH_DIR, ROOT, environment, generator_hash, manage, run

ENGINES = ("postgresql", "sqlite")


@dataclass(frozen=True)
class Database:
    """A loaded database: `engine` is "postgresql" or "sqlite"."""

    engine: str
    rows: int
    url: str
    name: str
    cluster: Cluster | None

    def query(self, sql: str) -> list[tuple]:
        """The rows of a query in SQL that both engines understand."""
        if self.engine == "postgresql":
            sockets = str(self.cluster.sockets)
            with closing(psycopg2.connect(host=sockets, user="sco_cities", dbname=self.name)) as connection:
                cursor = connection.cursor()
                cursor.execute(sql)
                return cursor.fetchall()
        with closing(sqlite3.connect(f"file:{self.name}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def version(self) -> str:
        sql = "SHOW server_version" if self.engine == "postgresql" else "SELECT sqlite_version()"
        return self.query(sql)[0][0]


def create_empty(engine: str, name: str, rows: int, cluster: Cluster | None) -> Database:
    """A new migrated database without records."""
    if engine == "postgresql":
        cluster.create(name)
        database = Database(engine, rows, cluster.url(name), name, cluster)
    else:
        path = BENCH_DIR / f"{name}.sqlite3"
        _delete_sqlite(path)
        database = Database(engine, rows, f"sqlite:///{path}", str(path), None)
    manage(database.url, "migrate", "--verbosity", "0")
    return database


@contextmanager
def copy(database: Database, name: str) -> Iterator[Database]:
    """A copy of a database that nothing is connected to; it is removed afterwards."""
    if database.engine == "postgresql":
        database.cluster.create(name, template=database.name)
        try:
            yield replace(database, name=name, url=database.cluster.url(name))
        finally:
            database.cluster.drop(name)
        return
    path = BENCH_DIR / f"{name}.sqlite3"
    _delete_sqlite(path)
    try:
        with closing(sqlite3.connect(database.name)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        yield replace(database, name=str(path), url=f"sqlite:///{path}")
    finally:
        _delete_sqlite(path)


def _delete_sqlite(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def load_or_reuse(engine: str, rows: int, cluster: Cluster | None, *, fresh: bool) -> Database:
    """The database with `rows` initiatives: from an earlier run, or loaded now."""
    name = f"initiatives_{rows}_{generator_hash()}"
    metadata = BENCH_DIR / f"{name}_{engine}.json"
    path = BENCH_DIR / f"{name}.sqlite3"
    exists = name in cluster.names() if engine == "postgresql" else path.exists()
    if metadata.exists() and exists and not fresh:
        url = cluster.url(name) if engine == "postgresql" else f"sqlite:///{path}"
        # Triggers and other objects that are created after each migration must match the code.
        manage(url, "migrate", "--verbosity", "0")
        return Database(engine, rows, url, name if engine == "postgresql" else str(path), cluster)
    metadata.unlink(missing_ok=True)
    database = create_empty(engine, name, rows, cluster)
    print(f"Loading {rows:,} initiatives into {engine}", flush=True)
    started = time.perf_counter()
    command = [sys.executable, "-m", "scripts.bench.load", str(rows)]
    figures = json.loads(run(command, env=environment(database.url)).splitlines()[-1])
    _update_statistics(database)
    figures["seconds"] = time.perf_counter() - started
    metadata.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"  {figures['seconds']:.0f} s, {figures['peak_mb']:.0f} MB", flush=True)
    return database


def load_shipped(engine: str, cluster: Cluster | None) -> Database:
    """A new database with the shipped data package, about 200 initiatives."""
    database = create_empty(engine, "shipped", 200, cluster)
    manage(database.url, "load_package", str(ROOT / "data" / "summit-cities"), "--verbosity", "0")
    return database


def load_figures(database: Database) -> dict:
    """Duration and memory of the load, as measured when it ran."""
    name = f"initiatives_{database.rows}_{generator_hash()}_{database.engine}.json"
    return json.loads((BENCH_DIR / name).read_text())


def _update_statistics(database: Database) -> None:
    """Updates the planner's statistics, as a server does by itself after a while."""
    if database.engine == "postgresql":
        command = [*database.cluster.psql(database.name), "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT"]
        subprocess.run(command, check=True, capture_output=True)
        return
    with closing(sqlite3.connect(database.name)) as connection:
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
