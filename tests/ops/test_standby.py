"""Pages show current data from a real streaming standby and after a failover."""

import subprocess
import time
from contextlib import closing, contextmanager

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client

from sco_cities.facet_index import refresh
from sco_cities.ops import replica
from sco_cities.ops import replica as replica_module
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.ops import replication
from tests.ops.replication import DRAFT, PUBLISH, published, readers_page
from tests.postgres_cluster import USER
from tests.streaming_standby import primary_server, standby_of

pytestmark = pytest.mark.only_on("postgresql")


@contextmanager
def connected_to_servers(primary, standby, monkeypatch):
    """Uses the server that accepts writes as the default database and the standby as the replica."""
    hosts = [str(server.cluster.directory) for server in (primary, standby)]
    default = {
        "HOST": ",".join(hosts), "NAME": "postgres",
        "OPTIONS": connection.settings_dict["OPTIONS"] | {"target_session_attrs": "read-write"},
    }  # fmt: skip
    replica = connection.settings_dict | {"HOST": hosts[1], "NAME": "postgres"}
    state = replica_module._Replica()
    with monkeypatch.context() as patch:
        connection.close()
        for name, value in default.items():
            patch.setitem(connection.settings_dict, name, value)
        patch.setitem(connections.settings, "replica", replica)
        patch.setattr(replica_module, "_replica", state)
        refresh.clear()
        try:
            yield
        finally:
            state.lag.stop()
            connection.close()
            connections["replica"].close()
            del connections["replica"]
            refresh.clear()


@pytest.fixture(scope="module")
def primary(django_db_setup, django_db_blocker):
    """A server with a copy of the empty test database and some themes. Standbys can connect to it."""
    with primary_server() as server:
        settings = connection.settings_dict
        program = server.cluster.binaries / "pg_dump"
        schema = subprocess.run(
            [program, f"--host={settings['HOST']}", f"--username={settings['USER']}", settings["NAME"]],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip
        program = server.cluster.binaries / "psql"
        subprocess.run(
            [program, "-qv", "ON_ERROR_STOP=1", f"--host={server.cluster.directory}", f"--username={USER}", "postgres"],
            check=True, input=schema, stdout=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        yield server


@pytest.fixture(scope="module")
def shared_standby(primary):
    with standby_of(primary) as standby:
        yield standby


@pytest.fixture
def two_databases(django_db_blocker, settings):
    settings.DATABASE_ROUTERS = ["sco_cities.ops.replica.ReplicaRouter"]
    settings.REPLICA_MAX_LAG_S = 2
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def servers(two_databases, primary, shared_standby, monkeypatch):
    """A primary and a standby with some published themes."""
    with connected_to_servers(primary, shared_standby, monkeypatch):
        publish_themes(primary, shared_standby)
        yield primary, shared_standby


@pytest.fixture
def servers_to_break(two_databases, primary, monkeypatch):
    """Two servers for one test.

    The test may promote the standby. A killed primary is started again.
    """
    with standby_of(primary) as standby:
        with connected_to_servers(primary, standby, monkeypatch):
            publish_themes(primary, standby)
            yield primary, standby
        if not primary.is_running():
            primary.cluster.start()


def publish_themes(primary, standby) -> None:
    if not Theme.objects.exists():
        for number in range(replication.THEMES):
            make.make_theme(f"theme-{number}")
    primary.query(PUBLISH)
    standby.wait_for(primary)


def test_a_slow_transaction_is_not_missed_on_a_standby(servers):
    primary, standby = servers
    assert len(readers_page()) == replication.THEMES
    with closing(primary.connect()) as slow, slow.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE themes_theme SET state = 'draft' WHERE slug IN ('theme-1', 'theme-2')")
        primary.query(DRAFT, "theme-3")
        standby.wait_for(primary)
        assert readers_page() == published(primary)
        # The page is read from the cache even though the transaction is open.
        state = refresh._shared["replica"].state
        assert readers_page() == published(primary)
        assert refresh.state_number("replica") == state.number
        cursor.execute("COMMIT")
    standby.wait_for(primary)
    assert readers_page() == published(primary) == published(standby)
    assert len(readers_page()) == replication.THEMES - 3


def test_overlapping_transactions_are_all_shown(servers):
    primary, _standby = servers
    assert replication.overlapping_transactions(primary, readers_page, 40, seed=int(time.time()))[0] == 0
    assert refresh._shared.keys() == {"replica"}


def test_a_standby_that_makes_no_progress_is_not_used(servers, settings):
    primary, standby = servers
    seconds = replication.seconds_behind(primary, standby, readers_page, 20)
    assert 0.5 < seconds < settings.REPLICA_MAX_LAG_S + 2


def test_curators_see_their_change_after_logging_out(servers):
    primary, standby = servers
    curator, reader = Client(), Client()
    User.objects.filter(username="ada").delete()
    curator.force_login(User.objects.create_superuser("ada"))
    standby.wait_for(primary)
    page = "/themes.csv?columns=slug"
    reader.get(page)
    standby.pause_replay()
    try:
        Theme.objects.filter(slug="theme-5").update(state="draft")
        curator.post("/admin/logout/")
        assert "sessionid" not in curator.cookies or not curator.cookies["sessionid"].value
        assert b"theme-5" not in b"".join(curator.get(page))
        assert b"theme-5" in b"".join(reader.get(page))
    finally:
        standby.resume_replay()


def test_a_standby_shows_a_restore_on_the_primary(servers, tmp_path):
    primary, _standby = servers
    path = tmp_path / "dump"
    replication.dump(primary, path)
    assert replication.restore_under_readers(primary, readers_page, path) == []


def test_readers_are_served_while_the_primary_is_unavailable(servers_to_break):
    primary, _standby = servers_to_break
    expected = published(primary)
    assert readers_page() == expected
    primary.kill()
    until = time.monotonic() + 3
    while time.monotonic() < until:
        assert readers_page() == expected
        time.sleep(0.05)


def test_after_a_failover_that_lost_changes_pages_show_the_remaining_data(servers_to_break, monkeypatch):
    monkeypatch.setattr(replica_module._replica, "unavailable_until", float("inf"))
    assert replication.failover_with_loss(*servers_to_break, readers_page) == []
    assert refresh._shared.keys() == {"default"}


def test_readers_of_a_promoted_standby_see_its_data(servers_to_break):
    primary, standby = servers_to_break
    with closing(primary.connect()) as lost, lost.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(DRAFT, ["theme-1"])
        primary.query(DRAFT, "theme-2")
        standby.wait_for(primary)
        assert readers_page() == published(standby)
        primary.kill()
    standby.promote()
    for number in (3, 4, 5):
        assert readers_page() == published(standby)
        standby.query(DRAFT, f"theme-{number}")
    assert readers_page() == published(standby)
    assert len(published(standby)) == replication.THEMES - 4


def test_a_standby_of_the_lost_server_is_not_used(servers_to_break, monkeypatch):
    """This standby has log entries that the promoted server lacks. The logged changes no longer exist."""
    primary, promoted = servers_to_break
    monkeypatch.setattr(replica, "RETRY_AFTER_S", 1)
    with standby_of(primary) as orphan:
        monkeypatch.setitem(connections["replica"].settings_dict, "HOST", str(orphan.cluster.directory))
        assert readers_page() == published(orphan)
        promoted.disconnect()
        for number in range(replication.THEMES):
            primary.query(DRAFT, f"theme-{number}")
        orphan.wait_for(primary)
        primary.kill()
        promoted.promote()
        assert published(orphan) == frozenset() != published(promoted)
        assert replication.wait_until_shown(readers_page, published(promoted), 20) is not None
        connections["replica"].close()
