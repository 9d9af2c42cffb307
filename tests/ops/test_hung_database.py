"""If a PostgreSQL server hangs, readers get an error page in time, and health checks still get a response."""

import subprocess

import pytest
from django.db import connection

from scripts.faults import outage
from tests.ops.site_process import copy_site
from tests.postgres_cluster import find_binaries, temporary_cluster
from tests.streaming_standby import primary_server, standby_of

# Suspends a copy of the test server, because other tests use the test server.
pytestmark = pytest.mark.only_on("postgresql")
HANG_S = 7


@pytest.fixture
def load_copy(package_database):
    """Returns a function that loads the shipped package into the empty database at a URL."""
    binaries, settings = find_binaries(), connection.settings_dict
    source = ["--host", settings["HOST"], "--username", settings["USER"], package_database]
    dump = subprocess.run([binaries / "pg_dump", *source], capture_output=True, check=True).stdout

    def load(url: str) -> None:
        subprocess.run([binaries / "psql", "--quiet", url], input=dump, check=True, stdout=subprocess.DEVNULL)

    return load


@pytest.fixture
def cluster(load_copy):
    """The URL of a separate server with the shipped package."""
    with temporary_cluster() as url:
        load_copy(url)
        yield url


def test_a_hung_server_does_not_block_readers_and_health_checks(cluster, tmp_path):
    hang = outage.hung_database(cluster, HANG_S, copy_site(tmp_path))
    assert len(hang.pages) > 50
    assert {answer.status for answer in hang.pages} == {503}
    assert {answer.status for answer in [*hang.health, *hang.metrics]} == {200}
    # The limits allow for a busy machine. `make faults` measures the times more exactly. If there were no deadline,
    # both requests would wait for HANG_S.
    assert max(answer.seconds for answer in hang.pages) < HANG_S - 1.5
    assert max(answer.seconds for answer in hang.health) < 2
    # The metrics page also queries the database and waits up to a second.
    assert max(answer.seconds for answer in hang.metrics) < 4
    assert 'sco_cities_database_up{database="primary"} 0.0' in hang.metrics[-1].body
    assert [answer.status for answer in hang.afterwards] == [200] * len(outage.PAGES)
    # Each process logs the start of the outage, but not the number of requests rejected later.
    assert 1 <= hang.log.count("sco_cities.outages: The database does not respond") <= 2
    assert len(hang.log) < outage.MAX_LOG_BYTES


def test_readers_of_a_replica_do_not_wait_for_curators_of_a_hung_primary(load_copy, tmp_path):
    with primary_server() as primary:
        load_copy(primary.cluster.url())
        with standby_of(primary) as standby:
            pages, curators, health = outage.hung_primary(primary, standby, HANG_S, copy_site(tmp_path))
    assert len(pages) > 50
    assert {answer.status for answer in [*pages, *health]} == {200}
    assert max(answer.seconds for answer in [*pages, *health]) < 3
    # Curators get the error page within 20 seconds.
    assert {answer.status for answer in curators} == {503}
    assert max(answer.seconds for answer in curators) < 20
