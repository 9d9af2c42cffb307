"""Outages of the database: what readers, curators and health checks get."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.postgres_cluster import temporary_cluster

from .row import Row
from .site_process import copy_site, hanging_server, manage, requests_every, running_site

HANG_S = 60
PAGES = ["/", "/initiatives/", "/cities/", "/initiatives.csv", "/map/", "/initiatives/?q=tram"]


def hung_database(database_url: str, seconds: float, site_copy: Path) -> tuple[list, list, list]:
    """Stops the server for some seconds while readers come 20 a second.

    Returns the answers to readers and to `/healthz` of this time, and to the pages directly afterwards.
    """
    with running_site(database_url, cwd=site_copy) as site:
        for path in PAGES:
            site.get(path)
        with (
            hanging_server(database_url),
            requests_every(0.05, site, PAGES) as pages,
            requests_every(0.25, site, ["/healthz"]) as health,
        ):
            time.sleep(seconds)
        time.sleep(1)
        return pages, health, [site.get(path) for path in PAGES]


def checks(engine: str) -> Iterator[Row]:
    """The rows of this area for an engine."""
    if engine == "postgresql":
        with temporary_cluster() as url, TemporaryDirectory() as directory:
            manage(url, "migrate", "--verbosity", "0")
            manage(url, "load_package", "data/summit-cities", "--verbosity", "0")
            yield from _hung_rows(url, copy_site(Path(directory)))


def _hung_rows(url: str, site_copy: Path) -> Iterator[Row]:
    pages, health, afterwards = hung_database(url, HANG_S, site_copy)
    slowest = max(answer.seconds for answer in pages)
    wrong = [answer.status for answer in pages if answer.status != 503]
    measured = f"slowest {slowest:.1f} s, {len(wrong)} of {len(pages)} not 503"
    yield Row("database hung 60 s: page", measured, "503 in < 4.5 s", slowest < 4.5 and not wrong)
    slowest = max(answer.seconds for answer in health)
    is_well = all(answer.status == 200 for answer in health)
    yield Row(
        "database hung 60 s: /healthz",
        f"slowest {slowest:.2f} s",
        "200 in < 0.5 s",
        slowest < 0.5 and is_well,
    )
    recovered = sum(answer.status == 200 for answer in afterwards)
    yield Row(
        "1 s after a hang", f"{recovered} of {len(afterwards)} pages", "all", recovered == len(afterwards)
    )
