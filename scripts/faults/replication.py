"""Pages show what is in the database: with a real standby, after a failover with loss, after a restore, with a lag.

The scenarios are functions, of which `tests/ops/test_standby.py` runs short forms. `checks` runs the long ones in a
process of its own, whose database is a primary server with a standby; `python -m scripts.faults.replication ENGINE`
prints their rows as JSON.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random
from urllib.parse import quote

from tests.postgres_cluster import USER, find_binaries
from tests.streaming_standby import Server, Standby, primary_server, standby_of

from .row import Row

THEMES = 12
TRANSACTIONS = 1_000
# Transactions that are open at the same time; each changes themes of its own.
OPEN_AT_ONCE = 4
# How long a page may take to show a commit.
SHOWN_IN_S = 1.0
RESTORES = 20
# Requests of a round of the comparison of speed, and its rounds.
REQUESTS, ROUNDS = 1_000, 9

# The slugs of the published themes, as pages or a database have them.
Slugs = frozenset[str]
Read = Callable[[], Slugs]

PUBLISHED = "SELECT coalesce(string_agg(slug, ' '), '') FROM themes_theme WHERE state = 'published'"
PUBLISH = "UPDATE themes_theme SET state = 'published'"
DRAFT = "UPDATE themes_theme SET state = 'draft' WHERE slug = %s"
TURN_OVER = "UPDATE themes_theme SET state = CASE state WHEN 'draft' THEN 'published' ELSE 'draft' END WHERE slug = %s"


def published(server: Server) -> Slugs:
    """What a server has."""
    return frozenset(server.query(PUBLISHED).split())


def readers_page() -> Slugs:
    """What a reader gets from this process, as from a web worker: with checked connections."""
    from django.db import close_old_connections
    from django.test import Client

    close_old_connections()
    response = Client(raise_request_exception=False).get("/themes.csv?columns=slug")
    lines = b"".join(response).decode().split()
    return (
        frozenset(lines[1:]) if response.status_code == 200 else frozenset({f"status {response.status_code}"})
    )


def wait_until_shown(read: Read, expected: Slugs, within_s: float = SHOWN_IN_S) -> float | None:
    """The seconds until readers see this; None if that is more than `within_s`."""
    started = time.monotonic()
    while read() != expected:
        if time.monotonic() - started > within_s:
            return None
        time.sleep(0.005)
    return time.monotonic() - started


def overlapping_transactions(primary: Server, read: Read, count: int, seed: int = 1) -> tuple[int, float]:
    """Runs random transactions that overlap, while pages are read.

    After how many of their commits the readers did not see what the database has, and the longest time until they did.
    """
    random = Random(seed)  # noqa: S311 - nothing secret
    differences, longest, ended = 0, 0.0, 0
    slugs = [f"theme-{number}" for number in range(THEMES)]
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(primary.connect())) for _ in range(OPEN_AT_ONCE)]
        is_open = [False] * OPEN_AT_ONCE
        while ended < count:
            slot = random.randrange(OPEN_AT_ONCE)
            cursor, own = connections[slot].cursor(), slugs[slot::OPEN_AT_ONCE]
            if is_open[slot] and random.random() < 0.6:
                cursor.execute("COMMIT" if random.random() < 0.8 else "ROLLBACK")
                is_open[slot] = False
                ended += 1
                seconds = wait_until_shown(read, published(primary))
                differences += seconds is None
                longest = max(longest, seconds or 0)
                continue
            if not is_open[slot]:
                cursor.execute("BEGIN")
                is_open[slot] = True
            cursor.execute(TURN_OVER, [random.choice(own)])
            if random.random() < 0.3:
                cursor.execute("SAVEPOINT inner_edits")
                cursor.execute(TURN_OVER, [random.choice(own)])
                cursor.execute(random.choice(("RELEASE inner_edits", "ROLLBACK TO inner_edits")))
            if random.random() < 0.5:
                # Readers know a version of a moment at which transactions are open.
                read()
    return differences, longest


def failover_with_loss(primary: Server, standby: Standby, read: Read) -> list[str]:
    """Kills a primary whose last commits the standby has not got, and promotes the standby.

    `read` follows the server that accepts writes. What readers saw wrong, now and after further commits.
    """
    primary.query(PUBLISH)
    standby.wait_for(primary)
    wrong = [] if read() == published(standby) else ["before the failover"]
    standby.disconnect()
    for number in (1, 2, 3):
        # As many log entries as later, on the other server.
        primary.query(DRAFT, f"theme-{number}")
        wrong += [] if read() == published(primary) else [f"lost commit {number}"]
    primary.kill()
    standby.promote()
    wrong += [] if wait_until_shown(read, published(standby), 10) is not None else ["after it"]
    for number in (4, 5, 6):
        standby.query(DRAFT, f"theme-{number}")
        wrong += [] if read() == published(standby) else [f"commit {number} after it"]
    return wrong


def restore_under_readers(primary: Server, read: Read, dump: Path) -> list[str]:
    """Restores a dump over the database while pages are read. The wrong pages: neither right nor a 503."""
    primary.query("UPDATE themes_theme SET state = 'draft' WHERE slug < 'theme-4'")
    before = published(primary)
    wrong = [] if wait_until_shown(read, before) is not None else ["before the restore"]
    with restore(primary, dump) as process:
        pages = set()
        while process.poll() is None:
            pages.add(read())
    if process.returncode:
        wrong.append(f"pg_restore returned {process.returncode}")
    after = published(primary)
    wrong += sorted(" ".join(sorted(page)) for page in pages - {before, after, frozenset({"status 503"})})
    wrong += [] if wait_until_shown(read, after) is not None else ["after the restore"]
    primary.query(DRAFT, "theme-0")
    wrong += [] if wait_until_shown(read, published(primary)) is not None else ["a commit after it"]
    return wrong


def dump(server: Server, path: Path) -> None:
    """Writes a dump of a database for `restore_under_readers`."""
    program = find_binaries() / "pg_dump"
    host = f"--host={server.cluster.directory}"
    subprocess.run(
        [program, host, f"--username={USER}", "--format=custom", f"--file={path}", "postgres"], check=True
    )


def restore(server: Server, path: Path) -> subprocess.Popen:
    """Starts to restore a dump over a database in use."""
    program = find_binaries() / "pg_restore"
    host = f"--host={server.cluster.directory}"
    return subprocess.Popen(
        [program, host, f"--username={USER}", "--clean", "--if-exists", "--dbname=postgres", path]
    )


def seconds_behind(primary: Server, standby: Standby, read: Read, limit_s: float) -> float | None:
    """How long readers do not see a commit that the standby does not show; None if longer than `limit_s`."""
    primary.query(PUBLISH)
    standby.wait_for(primary)
    wait_until_shown(read, published(primary))
    standby.pause_replay()
    try:
        primary.query(DRAFT, "theme-1")
        return wait_until_shown(read, published(primary), limit_s)
    finally:
        standby.resume_replay()
        standby.wait_for(primary)


def speed_with_a_replica() -> float:
    """The processor time of a cached page from the default database, divided by its time from the replica."""
    from io import BytesIO

    from django.core.signals import request_finished, request_started
    from django.core.wsgi import get_wsgi_application
    from django.db import close_old_connections

    application = get_wsgi_application()
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/themes/", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "HTTP_HOST": "localhost", "wsgi.url_scheme": "http",
    }  # fmt: skip
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)

    def seconds(cookie: str) -> float:
        started = time.process_time()
        for _request in range(REQUESTS):
            response = application(
                environ | {"HTTP_COOKIE": cookie, "wsgi.input": BytesIO()}, lambda status, headers: None
            )
            response.close()
        return time.process_time() - started

    # The cookie of a recent change keeps the other requests on the default database.
    cookies = {"replica": "recent_chance=1", "default": "recent_change=1"}
    # In turn: other work disturbs both alike, and the best round the least.
    rounds = [{name: seconds(cookie) for name, cookie in cookies.items()} for _round in range(ROUNDS)]
    best = {name: min(each[name] for each in rounds) for name in cookies}
    return best["default"] / best["replica"]


def sqlite_restores(database: Path, read: Read, count: int) -> int:
    """Restores a backup into the open file, then edits as often as before: how often readers saw something else."""
    differences = 0
    copy = database.with_name("backup.sqlite3")
    random = Random(1)  # noqa: S311 - nothing secret

    def execute(statement: str, *params: object) -> str:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            row = connection.execute(statement, params).fetchone()
            return row[0] if row else ""

    def back_up(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)

    expected = "SELECT coalesce(group_concat(slug, ' '), '') FROM themes_theme WHERE state = 'published'"
    turn_over = TURN_OVER.replace("%s", "?")
    for _restore in range(count):
        back_up(database, copy)
        for _round in range(2):
            for _edit in range(random.randrange(1, 4)):
                execute(turn_over, f"theme-{random.randrange(THEMES)}")
                differences += read() != frozenset(execute(expected).split())
            back_up(copy, database)
            if random.random() < 0.5:
                differences += read() != frozenset(execute(expected).split())
    return differences


def _zero(name: str, wrong: list[str] | int, measured: str = "", goal: str = "0 differences") -> Row:
    number = wrong if isinstance(wrong, int) else len(wrong)
    text = f"{number} differences{measured}" + (f": {'; '.join(wrong)}" if number and wrong != number else "")
    return Row(name, text, goal, not number)


def _set_up(**environment: str) -> None:
    os.environ.update(
        SECRET_KEY="k3y-of-faults-" * 5, DJANGO_SETTINGS_MODULE="sco_cities.settings", DEBUG="1", ENV_FILE="",
        **environment,
    )  # fmt: skip
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    # As a production server, which does not keep all queries.
    settings.DEBUG = False
    # The host of the test client.
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    call_command("migrate", verbosity=0)
    from tests import factories as make

    for number in range(THEMES):
        make.make_theme(f"theme-{number}")


def _postgresql_rows() -> Iterator[Row]:
    with primary_server() as primary, standby_of(primary) as standby:
        hosts = quote(f"{primary.cluster.directory},{standby.cluster.directory}", safe="")
        _set_up(
            DATABASE_URL=f"postgres:///postgres?user={USER}&host={hosts}&target_session_attrs=read-write",
            DATABASE_REPLICA_URL=standby.cluster.url(),
        )
        from django.conf import settings

        standby.wait_for(primary)
        yield _zero(
            f"standby: {TRANSACTIONS} overlapping transactions",
            *_counted(overlapping_transactions(primary, readers_page, TRANSACTIONS)),
            goal="0 differences within 1 s",
        )
        limit = settings.REPLICA_MAX_LAG_S
        seconds = seconds_behind(primary, standby, readers_page, limit + 10)
        yield Row(
            "standby stands still: a commit is shown after",
            "never" if seconds is None else f"{seconds:.1f} s",
            f"{limit + 1} s",
            seconds is not None and seconds <= limit + 1,
        )
        ratio = speed_with_a_replica()
        yield Row("same page with a replica against without", f"{ratio:.2f}", ">= 0.9", ratio >= 0.9)
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "dump")
            dump(primary, path)
            yield _zero(
                "pg_restore under the running site", restore_under_readers(primary, readers_page, path)
            )
        yield _zero(
            "failover with loss", failover_with_loss(primary, standby, _without_replica(readers_page))
        )


def _counted(result: tuple[int, float]) -> tuple[int, str]:
    differences, longest = result
    return differences, f", longest {longest:.2f} s"


def _without_replica(read: Read) -> Read:
    """The same pages, from the default database: after the failover the replica is no standby any more."""
    from sco_cities.ops import replica

    replica._replica.lag.stop()
    replica._replica.unavailable_until = float("inf")
    return read


def _sqlite_rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as directory:
        database = Path(directory, "db.sqlite3")
        sqlite3.connect(database).close()
        _set_up(DATABASE_URL=f"sqlite:///{database}")
        yield _zero(
            f"{2 * RESTORES} restores of an SQLite file in use",
            sqlite_restores(database, readers_page, RESTORES),
        )


def checks(engine: str) -> Iterator[Row]:
    """The rows of this area, from a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.faults.replication", engine], stdout=subprocess.PIPE, text=True
    )
    with process:
        for line in process.stdout:
            yield Row(*json.loads(line))
    if process.returncode:
        yield Row("replication", f"ended with status {process.returncode}", "all checks", False)


if __name__ == "__main__":
    for row in _postgresql_rows() if sys.argv[1] == "postgresql" else _sqlite_rows():
        print(json.dumps(row), flush=True)
