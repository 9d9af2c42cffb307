"""A primary server and a hot standby that streams from it, for tests and `make faults`."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2

from tests.postgres_cluster import SERVER_SETTINGS, USER, Cluster, cluster_directory, running_cluster

# A server's log must contain all commits even after a kill, and must keep the changes that a stopped standby missed.
PRIMARY_SETTINGS = """
wal_level = replica
max_wal_senders = 4
wal_keep_size = 256MB
synchronous_commit = on
"""


class Server:
    """A running server of a replicated cluster."""

    def __init__(self, cluster: Cluster):
        self.cluster = cluster

    def connect(self):
        """A new connection to the database `postgres`, in autocommit mode."""
        connection = psycopg2.connect(host=str(self.cluster.directory), user=USER, dbname="postgres")
        connection.autocommit = True
        return connection

    def query(self, statement: str, *params: object):
        """Executes a statement and returns the first value of its result, if any."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, params or None)
            return cursor.fetchone()[0] if cursor.description else None

    def is_running(self) -> bool:
        return Path(f"/proc/{self._first_process()}").exists()

    def _first_process(self) -> str:
        return (self.cluster.data / "postmaster.pid").read_text().split()[0]

    def processes(self) -> list[int]:
        """The process IDs of the server.

        The main process comes first, followed by the processes that it has started.
        """
        first = self._first_process()
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [int(first), *map(int, children)]

    def kill(self) -> None:
        """Ends the server abruptly, as a power cut does."""
        processes = self.processes()
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        until = time.monotonic() + 30
        while any(Path(f"/proc/{process}").exists() for process in processes) and time.monotonic() < until:
            time.sleep(0.01)


class Standby(Server):
    """A hot standby."""

    def pause_replay(self) -> None:
        """Makes the standby receive changes without showing them until `resume_replay`."""
        self.query("SELECT pg_wal_replay_pause()")
        self.wait_until("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    def resume_replay(self) -> None:
        self.query("SELECT pg_wal_replay_resume()")

    def disconnect(self) -> None:
        """Stops the standby from receiving changes from its primary."""
        self.query("ALTER SYSTEM SET primary_conninfo = ''")
        self.query("SELECT pg_reload_conf()")
        self.wait_until("SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)")

    def promote(self) -> None:
        """Makes the standby a primary."""
        self.query("SELECT pg_promote()")

    def wait_for(self, primary: Server) -> None:
        """Waits until the standby shows all committed changes of the primary."""
        position = primary.query("SELECT pg_current_wal_lsn()")
        self.wait_until(f"SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn")

    def wait_until(self, condition: str) -> None:
        until = time.monotonic() + 30
        while not self.query(condition):
            if time.monotonic() > until:
                raise TimeoutError(condition)
            time.sleep(0.01)


@contextmanager
def primary_server() -> Iterator[Server]:
    """A server that can have standbys."""
    with running_cluster(PRIMARY_SETTINGS) as cluster:
        yield Server(cluster)


@contextmanager
def standby_of(primary: Server) -> Iterator[Standby]:
    """A hot standby that replicates a server."""
    with cluster_directory() as cluster:
        cluster.run(
            "pg_basebackup", f"--host={primary.cluster.directory}", f"--username={USER}", "--write-recovery-conf",
            "--wal-method=stream", "--checkpoint=fast", "--no-sync",
        )  # fmt: skip
        cluster.configure(SERVER_SETTINGS + PRIMARY_SETTINGS)
        cluster.start()
        standby = Standby(cluster)
        standby.wait_for(primary)
        yield standby
