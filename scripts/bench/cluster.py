"""A persistent PostgreSQL cluster with ordinary settings. Its data is kept between runs."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgres_cluster
from tests.ops.site_process import ROOT
from tests.postgres_cluster import USER, ClusterError, find_binaries, server_account

BENCH_DIR = ROOT / "var" / "bench"
# All other settings have their defaults, including durable writes and autovacuum.
SETTINGS = """
listen_addresses = ''
shared_buffers = 256MB
timezone = 'UTC'
"""


def _home(account: dict) -> Path:
    """The directory of the cluster, which is temporary if the server's account cannot enter var/bench."""
    inaccessible = [path for path in (BENCH_DIR, *BENCH_DIR.parents) if not path.stat().st_mode & 0o001]
    if account and inaccessible:
        return Path(tempfile.gettempdir()) / f"sco-cities-bench-{BENCH_DIR.stat().st_ino}"
    return BENCH_DIR / "postgresql"


@contextmanager
def running() -> Iterator["Cluster"]:
    """The cluster, created if there is none yet. Its server is stopped afterwards."""
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
    """The PostgreSQL server of the bench. Its sockets are in `directory`, because the path of its data may be long."""

    def start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self.run("initdb", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", f"--username={USER}")
            self.configure(SETTINGS)
        options = ("--log", self.data / "log", "--wait", "--timeout=300", f"--options=-k {self.directory}")
        self.run("pg_ctl", *options, "start")

    def psql(self, database: str) -> list[str]:
        """The command line of psql on a database."""
        program = shutil.which("psql") or str(self.binaries / "psql")
        return [program, "-X", "-q", "-h", str(self.directory), "-U", USER, "-d", database]

    def names(self) -> set[str]:
        """The names of the existing databases."""
        query = [*self.psql("postgres"), "-At", "-c", "SELECT datname FROM pg_database"]
        return set(subprocess.run(query, capture_output=True, text=True, check=True).stdout.split())

    def create(self, database: str, *, template: str = "template1") -> None:
        """Creates a database, empty or as a copy of another. Replaces one of the same name."""
        self.drop(database)
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database: str) -> None:
        """Drops a database if it exists."""
        self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        subprocess.run([*self.psql("postgres"), "-c", statement], check=True, capture_output=True)
