"""Checks that pages show the data in the database.

The scenarios are a real standby, a failover with data loss, a restore, and a replication lag.
"""

import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

from tests.postgres_cluster import USER, find_binaries
from tests.streaming_standby import Server, Standby

THEMES = 12
# The number of simultaneously open transactions. Each transaction changes different themes.
OPEN_AT_ONCE = 4
# The maximum time in seconds until a page shows committed data.
SHOWN_IN_S = 1.0

# The slugs of the published themes on a page or in a database.
Slugs = frozenset[str]
Read = Callable[[], Slugs]

PUBLISHED = "SELECT coalesce(string_agg(slug, ' '), '') FROM themes_theme WHERE state = 'published'"
PUBLISH = "UPDATE themes_theme SET state = 'published'"
DRAFT = "UPDATE themes_theme SET state = 'draft' WHERE slug = %s"
TURN_OVER = "UPDATE themes_theme SET state = CASE state WHEN 'draft' THEN 'published' ELSE 'draft' END WHERE slug = %s"


def published(server: Server) -> Slugs:
    """Returns the published themes in the database of a server."""
    return frozenset(server.query(PUBLISHED).split())


def readers_page() -> Slugs:
    """Returns the published themes on a page of this process.

    Connections are checked before the request, as in a web worker.
    """
    from django.db import close_old_connections
    from django.test import Client

    close_old_connections()
    response = Client(raise_request_exception=False).get("/themes.csv?columns=slug")
    lines = b"".join(response).decode().split()
    return (
        frozenset(lines[1:]) if response.status_code == 200 else frozenset({f"status {response.status_code}"})
    )


def wait_until_shown(read: Read, expected: Slugs, within_s: float = SHOWN_IN_S) -> float | None:
    """Returns the seconds until pages show these themes, or None after `within_s`."""
    started = time.monotonic()
    while read() != expected:
        if time.monotonic() - started > within_s:
            return None
        time.sleep(0.005)
    return time.monotonic() - started


def overlapping_transactions(primary: Server, read: Read, count: int, seed: int = 1) -> tuple[int, float]:
    """Runs random overlapping transactions while pages are read.

    Returns the number of commits that pages did not show in time, and the longest time until a commit was shown.
    """
    random = Random(seed)
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
                # Readers request the page while transactions are open.
                read()
    return differences, longest


def failover_with_loss(primary: Server, standby: Standby, read: Read) -> list[str]:
    """Kills a primary before the standby has its last commits, and promotes the standby.

    `read` uses the server that accepts writes. Returns the steps before and after the failover that showed wrong data
    to readers.
    """
    primary.query(PUBLISH)
    standby.wait_for(primary)
    wrong = [] if read() == published(standby) else ["before the failover"]
    standby.disconnect()
    for number in (1, 2, 3):
        # The lost commits have as many log entries as the later commits on the promoted server.
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
    """Restores a dump while pages are read. Returns the pages that had wrong data without status 503."""
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
    """Starts restoring a dump over a database in use."""
    program = find_binaries() / "pg_restore"
    host = f"--host={server.cluster.directory}"
    return subprocess.Popen(
        [program, host, f"--username={USER}", "--clean", "--if-exists", "--dbname=postgres", path]
    )


def seconds_behind(primary: Server, standby: Standby, read: Read, limit_s: float) -> float | None:
    """Returns the seconds until pages show a commit that the standby has not replayed, or None after `limit_s`."""
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
