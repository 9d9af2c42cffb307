"""States in which the site is not ready, or looks so: what `/readyz` and `/readyz?writes=1` say."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.postgres_cluster import find_binaries, temporary_cluster

from .site_process import Site, copy_site, environment, hanging_server, manage, running_site

# The status for readers and for changes.
SERVES, READ_ONLY, AWAY = (200, 200), (200, 503), (503, 503)
# A database of the site fits with room for the log of SQLite.
DISK = "size=40m"


class State:
    """A state: its name, the right answers, and those that were given."""

    def __init__(self, name: str, right: tuple[int, int], site: Site):
        self.name, self.right = name, right
        # Longer than a result is kept.
        time.sleep(1.2)
        self.given = tuple(site.get(path).status for path in ("/readyz", "/readyz?writes=1"))

    @property
    def is_right(self) -> bool:
        return self.given == self.right


@contextmanager
def worker(database_url: str, cwd: Path) -> Iterator[None]:
    """A running worker, which has reported."""
    command = [sys.executable, "manage.py", "db_worker", "--verbosity", "0", "--no-startup-delay"]
    process = subprocess.Popen(command, cwd=cwd, env=environment(database_url))
    try:
        time.sleep(4)
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def small_disk(directory: Path) -> Iterator[bool]:
    """Mounts a small file system; False if this account may not."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(directory)], capture_output=True, check=False
    )
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", str(directory)], check=False)


def sqlite_states() -> Iterator[State]:
    """No worker, a full disk, no static files, no catalogue; and the site as it should be."""
    with TemporaryDirectory() as copy, TemporaryDirectory() as disk, small_disk(Path(disk)) as is_small:
        site_copy = copy_site(Path(copy))
        url = f"sqlite:///{disk}/db.sqlite3"
        manage(url, "migrate", "--verbosity", "0", cwd=site_copy)
        with running_site(url, cwd=site_copy) as site:
            yield State("no worker", READ_ONLY, site)
        with worker(url, site_copy):
            with running_site(url, cwd=site_copy) as site:
                yield State("all is well", SERVES, site)
                if is_small:
                    with _filled(Path(disk)):
                        yield State("full disk", READ_ONLY, site)
            for name, path in (("no static files", "var/static"), ("no catalogue", "locale")):
                pattern = "*.mo" if path == "locale" else ""
                with _away(site_copy / path, pattern), running_site(url, cwd=site_copy) as site:
                    yield State(name, AWAY, site)


def postgresql_states() -> Iterator[State]:
    """The primary away or hung while a replica serves readers, and a replica that is behind."""
    with TemporaryDirectory() as copy, temporary_cluster() as primary, temporary_cluster() as replica:
        site_copy = copy_site(Path(copy))
        manage(primary, "migrate", "--verbosity", "0", cwd=site_copy)
        _copy_database(primary, replica)
        with (
            worker(primary, site_copy),
            running_site(primary, cwd=site_copy, DATABASE_REPLICA_URL=replica) as site,
        ):
            yield State("the replica is behind", SERVES, site)
            with hanging_server(replica):
                yield State("the replica hangs", SERVES, site)
            with hanging_server(primary):
                yield State("the primary is away, the replica answers", READ_ONLY, site)


def _copy_database(source: str, target: str) -> None:
    dump = subprocess.run([find_binaries() / "pg_dump", source], capture_output=True, check=True).stdout
    command = [find_binaries() / "psql", "--quiet", target]
    subprocess.run(command, input=dump, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _filled(directory: Path) -> Iterator[None]:
    file = directory / "filler"
    with suppress(OSError), file.open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(64 * 1024))
    try:
        yield
    finally:
        file.unlink()


@contextmanager
def _away(path: Path, pattern: str) -> Iterator[None]:
    """Moves a folder away, or the files in it with this pattern."""
    paths = list(path.rglob(pattern)) if pattern else [path]
    moved = [(each, each.with_name(f"{each.name}.away")) for each in paths]
    for each, away in moved:
        each.rename(away)
    try:
        yield
    finally:
        for each, away in moved:
            away.rename(each)


STATES: dict[str, Callable[[], Iterator[State]]] = {"sqlite": sqlite_states, "postgresql": postgresql_states}
