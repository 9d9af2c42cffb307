"""A PostgreSQL server that hangs: readers get an error page in time, and health checks are answered."""

import subprocess

import pytest
from django.db import connection

from scripts.faults import outage
from scripts.faults.site_process import copy_site
from tests.postgres_cluster import find_binaries, temporary_cluster

# The server of the tests serves other tests too: this one stops a copy of it.
pytestmark = pytest.mark.only_on("postgresql")
HANG_S = 7


@pytest.fixture
def cluster(package_database):
    """The URL of a server of its own, with the shipped package."""
    binaries, settings = find_binaries(), connection.settings_dict
    source = ["--host", settings["HOST"], "--username", settings["USER"], package_database]
    dump = subprocess.run([binaries / "pg_dump", *source], capture_output=True, check=True).stdout
    with temporary_cluster() as url:
        subprocess.run([binaries / "psql", "--quiet", url], input=dump, check=True, stdout=subprocess.DEVNULL)
        yield url


def test_a_hung_server_holds_neither_readers_nor_health_checks(cluster, tmp_path):
    pages, health, afterwards = outage.hung_database(cluster, HANG_S, copy_site(tmp_path))
    assert len(pages) > 50
    assert {answer.status for answer in pages} == {503}
    assert {answer.status for answer in health} == {200}
    # With room for a busy machine; `make faults` measures more exactly. Without a deadline both wait for HANG_S.
    assert max(answer.seconds for answer in pages) < HANG_S - 1.5
    assert max(answer.seconds for answer in health) < 2
    assert [answer.status for answer in afterwards] == [200] * len(outage.PAGES)
