"""Checks that readers use a replica while it is fresh, and never when it is stale."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.ops.replication import DRAFT, PUBLISH, PUBLISHED
from tests.ops.site_process import Site, copy_site, load_package, running_site
from tests.streaming_standby import primary_server, standby_of

from .row import Row

MAX_LAG_S = 5
PAGE = "/themes.csv?columns=slug"


def checks(_database_url: str) -> Iterator[Row]:
    """Yields the rows of this area. They need a server that can have a standby."""
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
                is_old = slug in site.get(PAGE).body
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
    """The seconds until readers see that a theme is published or withdrawn."""
    started = time.monotonic()
    while (slug in site.get(PAGE).body.split()) is not is_shown and time.monotonic() - started < 60:
        time.sleep(0.05)
    return time.monotonic() - started
