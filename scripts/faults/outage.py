"""Outages of the database: what readers, curators and health checks get."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.ports import free_port
from tests.postgres_cluster import temporary_cluster
from tests.streaming_standby import Server, Standby, primary_server, standby_of

from . import saves
from .readiness_states import STATES
from .row import Row
from .site_process import (
    Answer,
    copy_site,
    hanging_processes,
    hanging_server,
    manage,
    requests_every,
    running_site,
)

HANG_S = 60
SAVES, KILLS = 10_000, 50
# Of both processes: the beginning, the end, and a line a minute. A traceback for each request was 9.5 kB.
MAX_LOG_BYTES = 5_000
PAGES = ["/", "/initiatives/", "/cities/", "/initiatives.csv", "/map/", "/initiatives/?q=tram"]


@dataclass(frozen=True)
class Hang:
    """What came while the server hung: answers to readers, health checks and monitoring, and what was logged.

    `afterwards` are the pages directly after its end.
    """

    pages: list[Answer]
    health: list[Answer]
    metrics: list[Answer]
    afterwards: list[Answer]
    log: str


def hung_database(database_url: str, seconds: float, site_copy: Path) -> Hang:
    """Stops the server for some seconds while readers come 20 a second."""
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
    """Stops the primary for some seconds while the standby answers readers, who come 10 a second.

    Returns the answers to readers, to curators, who come 4 a second, and to `/healthz`.
    """
    replica = standby.cluster.url()
    with running_site(primary.cluster.url(), cwd=site_copy, DATABASE_REPLICA_URL=replica) as site:
        for path in PAGES:
            site.get(path)
        # A session is looked up in the primary if its key may be one.
        curator = replace(site, headers={"Cookie": f"sessionid={'k' * 32}"})
        with (
            hanging_processes(primary.processes()),
            requests_every(0.1, site, PAGES) as pages,
            requests_every(0.25, curator, ["/admin/initiatives/initiative/"]) as of_curators,
            requests_every(0.25, site, ["/healthz"]) as health,
        ):
            time.sleep(seconds)
        return pages, of_curators, health


def checks(engine: str) -> Iterator[Row]:
    """The rows of this area for an engine."""
    with TemporaryDirectory() as directory:
        site_copy = copy_site(Path(directory))
        if engine == "postgresql":
            with temporary_cluster() as url:
                prepare(url)
                yield from _hung_rows(url, site_copy)
                yield from _hung_primary_rows(site_copy)
                saves.make_durable(url)
                yield _saves_row(url, site_copy)
        else:
            url = f"sqlite:///{directory}/faults.sqlite3"
            prepare(url)
            yield _saves_row(url, site_copy)
    for state in STATES[engine]():
        measured = f"/readyz {state.given[0]}, ?writes=1 {state.given[1]}"
        yield Row(f"readiness: {state.name}", measured, f"{state.right[0]}, {state.right[1]}", state.is_right)


def prepare(url: str) -> None:
    """Fills a new database with the shipped package and the curator."""
    manage(url, "migrate", "--verbosity", "0")
    manage(url, "load_package", "data/summit-cities", "--verbosity", "0")
    manage(url, "ensure_curator", "--verbosity", "0")


def _saves_row(url: str, site_copy: Path) -> Row:
    outcome = saves.save_under_kills(url, site_copy, saves=SAVES, kills=KILLS)
    confirmed, kills = len(outcome.confirmed), sum(outcome.kills.values())
    results = f"{outcome.lost} lost, {outcome.torn} torn, {outcome.unexpected} odd answers"
    measured = f"{confirmed:,} saves, {kills} kills: {results}"
    is_whole = (
        confirmed >= SAVES and kills >= KILLS and not (outcome.lost or outcome.torn or outcome.unexpected)
    )
    return Row(
        "saves under kills", measured, f"{SAVES:,} saves, {KILLS} kills: 0 lost, 0 torn, 0 odd", is_whole
    )


def _hung_rows(url: str, site_copy: Path) -> Iterator[Row]:
    hang = hung_database(url, HANG_S, site_copy)
    slowest = max(answer.seconds for answer in hang.pages)
    wrong = [answer.status for answer in hang.pages if answer.status != 503]
    measured = f"slowest {slowest:.1f} s, {len(wrong)} of {len(hang.pages)} not 503"
    yield Row("database hung 60 s: page", measured, "503 in < 4.5 s", slowest < 4.5 and not wrong)
    for name, answers, goal_s in (("/healthz", hang.health, 0.5), ("metrics", hang.metrics, 2.5)):
        slowest = max(answer.seconds for answer in answers)
        is_well = all(answer.status == 200 for answer in answers)
        yield Row(
            f"database hung 60 s: {name}",
            f"slowest {slowest:.2f} s",
            f"200 in < {goal_s} s",
            slowest < goal_s and is_well,
        )
    afterwards, log = hang.afterwards, hang.log
    recovered = sum(answer.status == 200 for answer in afterwards)
    yield Row(
        "1 s after a hang", f"{recovered} of {len(afterwards)} pages", "all", recovered == len(afterwards)
    )

    yield Row(
        "database hung 60 s: log",
        f"{len(log)} bytes for {len(hang.pages)} refused requests",
        f"< {MAX_LOG_BYTES}",
        0 < len(log) < MAX_LOG_BYTES and "Traceback" not in log,
    )


def _hung_primary_rows(site_copy: Path) -> Iterator[Row]:
    with primary_server() as primary:
        prepare(primary.cluster.url())
        with standby_of(primary) as standby:
            pages, curators, health = hung_primary(primary, standby, HANG_S, site_copy)
    for name, answers, status, goal_s in (
        ("page from the replica", pages, 200, 2),
        ("page of a curator", curators, 503, 17),
        ("/healthz", health, 200, 0.5),
    ):
        slowest = max(answer.seconds for answer in answers)
        wrong = sum(answer.status != status for answer in answers)
        measured = f"slowest {slowest:.2f} s, {wrong} of {len(answers)} not {status}"
        is_reached = slowest < goal_s and not wrong
        yield Row(f"primary hung 60 s: {name}", measured, f"{status} in < {goal_s} s", is_reached)
