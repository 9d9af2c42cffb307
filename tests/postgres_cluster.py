"""A temporary PostgreSQL cluster for tests, with the server programs of this machine.

Python code uses `with temporary_cluster() as url:`. `python -m tests.postgres_cluster -- COMMAND` runs a command with
DATABASE_URL set. `python -m tests.postgres_cluster --find` prints the directory of the server programs.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# A test database need not survive a crash, and vacuum must not change a query plan during a run. Other settings keep
# their defaults.
SERVER_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{directory}'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
shared_buffers = 128MB
max_connections = 60
timezone = 'UTC'
"""

USER = "sco_cities"

# This program waits until the other end of its input is closed. The kernel closes it when the parent process ends,
# even if that process is killed. The program then stops the server and removes its files.
WATCHER = """
trap '' INT TERM HUP
cat >/dev/null
"$0/pg_ctl" --pgdata="$1/data" --mode=immediate --silent stop >/dev/null 2>&1
rm -rf "$1"
"""

# The path of a socket can have at most 107 bytes, and TMPDIR is long on some systems.
MAX_DIRECTORY_LENGTH = 80


class ClusterError(Exception):
    """The cluster cannot be created or started."""


def find_binaries() -> Path | None:
    """The directory of initdb and pg_ctl, from PATH, from pg_config, or of the newest version on Debian."""
    candidates = []
    if initdb := shutil.which("initdb"):
        candidates.append(Path(initdb).resolve().parent)
    if pg_config := shutil.which("pg_config"):
        process = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(process.stdout.strip()))
    versions = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    candidates += sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    return next((path for path in candidates if (path / "initdb").exists()), None)


def server_account() -> dict:
    """Arguments for subprocess that run the server programs as another user, because PostgreSQL rejects root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = names.get("postgres") or names["nobody"]
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def run(account: dict, *command: object) -> None:
    """Runs a server program as the server's account, and raises ClusterError with its output if it fails."""
    # Writes the output to a file, because the server that pg_ctl starts would keep a pipe open while it runs.
    with tempfile.TemporaryFile() as output:
        process = subprocess.run(
            [str(part) for part in command],
            **account,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            # Ctrl-C must first stop the tests, and then the server.
            start_new_session=True,
        )
        if process.returncode:
            output.seek(0)
            raise ClusterError(f"{command[0]} failed:\n{output.read().decode(errors='replace')}")


def _directory(account: dict) -> Path:
    """A new directory that only the server's account (and root) can enter."""
    base = tempfile.gettempdir()
    if len(base) > MAX_DIRECTORY_LENGTH:
        base = "/tmp"  # noqa: S108 - mkdtemp makes a private directory in it
    directory = Path(tempfile.mkdtemp(prefix="sco-cities-", dir=base))
    if account:
        shutil.chown(directory, account["user"], account["group"])
    return directory


class Cluster:
    """A PostgreSQL server and its files. `USER` is a superuser without a password."""

    def __init__(self, binaries: Path, account: dict, directory: Path):
        self.binaries, self.account, self.directory = binaries, account, directory
        self.data = directory / "data"

    def run(self, program: str, *arguments: object) -> None:
        """Runs a server program on the files of this cluster."""
        run(self.account, self.binaries / program, "--pgdata", self.data, *arguments)

    def configure(self, settings: str) -> None:
        """Adds settings, which override earlier settings at the next start."""
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(settings.format(directory=self.directory))

    def start(self) -> None:
        """Starts the server and waits until it accepts connections."""
        self.run("pg_ctl", "--log", self.directory / "log", "--wait", "start")

    def url(self, database: str = "postgres") -> str:
        """The URL of a database."""
        return f"postgres://{USER}@{quote(str(self.directory), safe='')}/{database}"


@contextmanager
def cluster_directory() -> Iterator[Cluster]:
    """A cluster that has no files yet. Afterwards, even after an error, stops its server and removes its files."""
    binaries = find_binaries()
    if binaries is None:
        raise ClusterError("This machine has no PostgreSQL server programs (initdb, pg_ctl).")
    account = server_account()
    directory = _directory(account)
    watcher = subprocess.Popen(
        ["/bin/sh", "-c", WATCHER, binaries, directory],
        **account,
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield Cluster(binaries, account, directory)
    finally:
        watcher.stdin.close()
        watcher.wait()


@contextmanager
def running_cluster(settings: str = "") -> Iterator[Cluster]:
    """A running cluster, with `settings` in addition to SERVER_SETTINGS."""
    with cluster_directory() as cluster:
        # Unlike C, C.UTF-8 handles the case of Cyrillic letters. It gives the same order on all systems.
        cluster.run(
            "initdb",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=trust",
            f"--username={USER}",
            "--no-sync",
        )
        cluster.configure(SERVER_SETTINGS + settings)
        cluster.start()
        yield cluster


@contextmanager
def temporary_cluster() -> Iterator[str]:
    """The URL of a database in a running cluster. Afterwards, even after an error, stops and removes the cluster."""
    with running_cluster() as cluster:
        yield cluster.url()


def main(arguments: list[str]) -> int:
    """Runs the command line that the module docstring describes."""
    if arguments == ["--find"]:
        print(directory := find_binaries() or "")
        return 0 if directory else 1
    if len(arguments) < 2 or arguments[0] != "--":
        print("usage: python -m tests.postgres_cluster -- COMMAND | --find", file=sys.stderr)
        return 2
    # SIGTERM ends the program like Ctrl-C, so the `finally` blocks above run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with temporary_cluster() as url:
            return subprocess.run(
                arguments[1:], env=os.environ | {"DATABASE_URL": url}, check=False
            ).returncode
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
