"""Loaded databases of both engines, which are kept between runs, and SQL queries on them.

PostgreSQL is a persistent cluster with ordinary settings.
"""

import hashlib
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import psycopg2

from tests import postgres_cluster
from tests.ops.site_process import ROOT, load_package, manage
from tests.postgres_cluster import USER, ClusterError, find_binaries, server_account

from . import generator

BENCH_DIR = ROOT / "var" / "bench"
# All other settings keep their defaults, including durable writes and autovacuum.
SETTINGS = """
listen_addresses = ''
shared_buffers = 256MB
timezone = 'UTC'
"""
ENGINES = ("postgresql", "sqlite")
# The sample is so large that any change to the generator changes the hash.
SAMPLE = 500


def _home(account: dict) -> Path:
    """Returns the cluster's directory, which is temporary if the server's account has no access to var/bench."""
    inaccessible = [path for path in (BENCH_DIR, *BENCH_DIR.parents) if not path.stat().st_mode & 0o001]
    if account and inaccessible:
        return Path(tempfile.gettempdir()) / f"sco-cities-bench-{BENCH_DIR.stat().st_ino}"
    return BENCH_DIR / "postgresql"


@contextmanager
def running_cluster() -> Iterator["Cluster"]:
    """Starts the cluster, and creates it if it does not exist. Stops the server at the end of the block."""
    binaries = find_binaries()
    if binaries is None:
        raise ClusterError("this machine has no PostgreSQL server programs (initdb, pg_ctl)")
    account = server_account()
    BENCH_DIR.mkdir(parents=True, exist_ok=True)
    home = _home(account)
    home.mkdir(mode=0o700, exist_ok=True)
    sockets = Path(tempfile.mkdtemp(prefix="sco-bench-"))
    for path in (home, sockets) if account else ():
        shutil.chown(path, account["user"], account["group"])
    cluster = Cluster(binaries, account, sockets)
    cluster.data = home / "data"
    try:
        cluster.start()
        yield cluster
    finally:
        if (cluster.data / "postmaster.pid").exists():
            cluster.run("pg_ctl", "--mode=fast", "--wait", "stop")
        shutil.rmtree(sockets, ignore_errors=True)


class Cluster(postgres_cluster.Cluster):
    """The PostgreSQL server of the bench.

    Its sockets are in `directory`, because the path of the data directory may be too long for a socket.
    """

    def start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self.run("initdb", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", f"--username={USER}")
            self.configure(SETTINGS)
        options = ("--log", self.data / "log", "--wait", "--timeout=300", f"--options=-k {self.directory}")
        self.run("pg_ctl", *options, "start")

    def psql(self, database: str) -> list[str]:
        """Returns the command line of psql on a database."""
        program = shutil.which("psql") or str(self.binaries / "psql")
        return [program, "-X", "-q", "-h", str(self.directory), "-U", USER, "-d", database]

    def names(self) -> set[str]:
        """Returns the names of the existing databases."""
        query = [*self.psql("postgres"), "-At", "-c", "SELECT datname FROM pg_database"]
        return set(subprocess.run(query, capture_output=True, text=True, check=True).stdout.split())

    def create(self, database: str, *, template: str = "template1") -> None:
        """Creates a database, empty or as a copy of another database. An existing database of this name is replaced."""
        self.drop(database)
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database: str) -> None:
        """Drops a database if it exists."""
        self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        subprocess.run([*self.psql("postgres"), "-c", statement], check=True, capture_output=True)


@dataclass(frozen=True)
class Database:
    """A loaded database. `engine` is "postgresql" or "sqlite"."""

    engine: str
    rows: int
    url: str
    name: str
    cluster: Cluster | None

    def query(self, sql: str) -> list[tuple]:
        """Returns the rows of an SQL query that both engines support."""
        if self.engine == "postgresql":
            sockets = str(self.cluster.directory)
            with closing(psycopg2.connect(host=sockets, user=USER, dbname=self.name)) as connection:
                cursor = connection.cursor()
                cursor.execute(sql)
                return cursor.fetchall()
        with closing(sqlite3.connect(f"file:{self.name}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def count(self, condition: str = "1 = 1") -> int:
        """Returns the number of published initiatives that match a condition."""
        published = (
            f"SELECT COUNT(*) FROM initiatives_initiative i WHERE i.state = 'published' AND {condition}"  # noqa: S608 - our own
        )
        return self.query(published)[0][0]

    def version(self) -> str:
        sql = "SHOW server_version" if self.engine == "postgresql" else "SELECT sqlite_version()"
        return self.query(sql)[0][0]


def create_empty(engine: str, name: str, rows: int, cluster: Cluster | None) -> Database:
    """Creates a migrated database without records. `rows` is the number of initiatives to be loaded later."""
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
    """Copies a database without open connections. The copy is removed at the end of the block."""
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


def load_or_reuse(engine: str, rows: int, cluster: Cluster | None) -> Database:
    """Returns the database with `rows` initiatives from an earlier run, or loads it."""
    name = f"initiatives_{rows}_{generator_hash()}"
    # This file is written after everything has been loaded.
    mark = BENCH_DIR / f"{name}_{engine}.loaded"
    path = BENCH_DIR / f"{name}.sqlite3"
    exists = name in cluster.names() if engine == "postgresql" else path.exists()
    if mark.exists() and exists:
        url = cluster.url(name) if engine == "postgresql" else f"sqlite:///{path}"
        # Runs `migrate`, because triggers and other objects created after each migration must match the current code.
        manage(url, "migrate", "--verbosity", "0")
        return Database(engine, rows, url, name if engine == "postgresql" else str(path), cluster)
    mark.unlink(missing_ok=True)
    database = create_empty(engine, name, rows, cluster)
    print(f"Loading {rows:,} initiatives into {engine}", flush=True)
    started = time.perf_counter()
    for part, tables in generator.packages(rows):
        with tempfile.TemporaryDirectory() as directory:
            generator.write(Path(directory, part), tables)
            manage(database.url, "load_package", f"{directory}/{part}", "--verbosity", "0")
    _update_statistics(database)
    mark.touch()
    print(f"  {time.perf_counter() - started:.0f} s", flush=True)
    return database


def load_shipped(engine: str, cluster: Cluster | None) -> Database:
    """Returns a new database with the shipped data package, about 400 initiatives."""
    database = create_empty(engine, "shipped", 411, cluster)
    load_package(database.url)
    return database


@cache
def generator_hash() -> str:
    """Returns a short hash of the generated data."""
    return hashlib.sha256(generator.digest(SAMPLE).encode()).hexdigest()[:12]


def _update_statistics(database: Database) -> None:
    """Updates the planner's statistics. A production server updates its statistics automatically."""
    if database.engine == "postgresql":
        command = [*database.cluster.psql(database.name), "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT"]
        subprocess.run(command, check=True, capture_output=True)
        return
    with closing(sqlite3.connect(database.name)) as connection:
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
