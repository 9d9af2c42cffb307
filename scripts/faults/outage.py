"""Measures the effect of a hanging server or a stale replica on readers, curators, health checks and monitoring."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from scripts.ports import free_port
from tests.ops.replication import DRAFT, PUBLISH, PUBLISHED
from tests.ops.site_process import (
    Answer,
    Site,
    copy_site,
    hanging_processes,
    hanging_server,
    load_package,
    requests_every,
    running_site,
)
from tests.streaming_standby import Server, Standby, primary_server, standby_of


class Row(NamedTuple):
    """The measurement of a check, its goal, and whether the goal is reached."""

    name: str
    measured: str
    goal: str
    reached: bool

    @classmethod
    def of_answers(cls, name: str, answers: Sequence[Answer], status: int, goal_s: float) -> "Row":
        """Returns a row whose goal is that all responses have this status and arrive in time."""
        slowest = max(answer.seconds for answer in answers)
        wrong = sum(answer.status != status for answer in answers)
        measured = f"slowest {slowest:.2f} s, {wrong} of {len(answers)} not {status}"
        return cls(name, measured, f"{status} in < {goal_s} s", slowest < goal_s and not wrong)


HANG_S = 60
# Maximum size of the log. Both processes may log a line at the beginning, at the end and once a minute. When each
# request logged a traceback, the log had 9.5 kB.
MAX_LOG_BYTES = 5_000
MAX_LAG_S = 5
THEMES = "/themes.csv?columns=slug"
PAGES = ["/", "/initiatives/", "/cities/", "/initiatives.csv", "/map/", "/initiatives/?q=tram"]


@dataclass(frozen=True)
class Hang:
    """The responses to readers, health checks and monitoring during a hang of the server, and the log.

    `afterwards` contains the responses one second after the hang.
    """

    pages: list[Answer]
    health: list[Answer]
    metrics: list[Answer]
    afterwards: list[Answer]
    log: str


def hung_database(database_url: str, seconds: float, site_copy: Path) -> Hang:
    """Stops the server for a few seconds while 20 readers a second request pages."""
    port = free_port()
    with running_site(database_url, cwd=site_copy, METRICS_BIND=f"127.0.0.1:{port}") as site:
        for path in PAGES:
            site.get(path)
        before = len(site.output())
        with (
            hanging_server(database_url),
            requests_every(0.05, site, PAGES) as pages,
            requests_every(0.25, site, ["/healthz"]) as health,
            requests_every(1, replace(site, port=port), ["/metrics"]) as metrics,
        ):
            time.sleep(seconds)
        time.sleep(1)
        afterwards = [site.get(path) for path in PAGES]
        return Hang(pages, health, metrics, afterwards, site.output()[before:])


def hung_primary(
    primary: Server, standby: Standby, seconds: float, site_copy: Path
) -> tuple[list, list, list]:
    """Stops the primary for a few seconds while the standby serves 10 readers a second.

    Returns the responses to readers, to curators (4 requests a second), and to `/healthz`.
    """
    replica = standby.cluster.url()
    with running_site(primary.cluster.url(), cwd=site_copy, DATABASE_REPLICA_URL=replica) as site:
        for path in PAGES:
            site.get(path)
        # If a session key may be valid, the session is looked up in the primary.
        curator = replace(site, headers={"Cookie": f"sessionid={'k' * 32}"})
        with (
            hanging_processes(primary.processes()),
            requests_every(0.1, site, PAGES) as pages,
            requests_every(0.25, curator, ["/admin/initiatives/initiative/"]) as of_curators,
            requests_every(0.25, site, ["/healthz"]) as health,
        ):
            time.sleep(seconds)
        return pages, of_curators, health


def checks(database_url: str) -> Iterator[Row]:
    """Yields the rows for a server that hangs, and for a primary that hangs while a replica serves readers."""
    with TemporaryDirectory() as directory:
        site_copy = copy_site(Path(directory))
        load_package(database_url)
        yield from _hung_rows(hung_database(database_url, HANG_S, site_copy))
        with primary_server() as primary:
            load_package(primary.cluster.url())
            with standby_of(primary) as standby:
                pages, curators, health = hung_primary(primary, standby, HANG_S, site_copy)
        yield Row.of_answers("primary hung 60 s: page from the replica", pages, 200, 2)
        yield Row.of_answers("primary hung 60 s: page of a curator", curators, 503, 17)
        yield Row.of_answers("primary hung 60 s: /healthz", health, 200, 0.5)


def _hung_rows(hang: Hang) -> Iterator[Row]:
    yield Row.of_answers("database hung 60 s: page", hang.pages, 503, 4.5)
    yield Row.of_answers("database hung 60 s: /healthz", hang.health, 200, 0.5)
    yield Row.of_answers("database hung 60 s: metrics", hang.metrics, 200, 2.5)
    yield Row.of_answers("1 s after a hang: page", hang.afterwards, 200, 2)
    measured = f"{len(hang.log)} bytes for {len(hang.pages)} refused requests"
    is_short = 0 < len(hang.log) < MAX_LOG_BYTES and "Traceback" not in hang.log
    yield Row("database hung 60 s: log", measured, f"< {MAX_LOG_BYTES}", is_short)


def replica_checks(_database_url: str) -> Iterator[Row]:
    """Yields rows that check that readers use a replica only while it is up to date."""
    with TemporaryDirectory() as directory, primary_server() as primary:
        load_package(primary.cluster.url())
        with standby_of(primary) as standby:
            replica = {"DATABASE_REPLICA_URL": standby.cluster.url(), "REPLICA_MAX_LAG_S": str(MAX_LAG_S)}
            with running_site(primary.cluster.url(), cwd=copy_site(Path(directory)), **replica) as site:
                primary.query(PUBLISH)
                slug = primary.query(PUBLISHED).split()[0]
                standby.wait_for(primary)
                seconds = _seconds_until(site, slug, is_shown=True)
                yield Row("fresh replica: a change is shown after", f"{seconds:.1f} s", "< 2 s", seconds < 2)
                standby.pause_replay()
                primary.query(DRAFT, slug)
                is_old = slug in site.get(THEMES).body
                yield Row("fresh replica: it is read", str(is_old), "True", is_old)
                seconds = _seconds_until(site, slug, is_shown=False)
                limit = MAX_LAG_S + 1.5
                yield Row(
                    "stale replica: a change is shown after",
                    f"{seconds:.1f} s",
                    f"< {limit} s",
                    seconds < limit,
                )
                standby.resume_replay()


def _seconds_until(site: Site, slug: str, *, is_shown: bool) -> float:
    """Returns the seconds until readers see that a theme has been published or withdrawn."""
    started = time.monotonic()
    while (slug in site.get(THEMES).body.split()) is not is_shown and time.monotonic() - started < 60:
        time.sleep(0.05)
    return time.monotonic() - started
