"""The read replica serves anonymous readers. All other requests use the default database."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import OperationalError, connection, connections, router
from django.test.utils import CaptureQueriesContext

from sco_cities.facet_index import refresh
from sco_cities.facet_index.triggers import NUMBERS
from sco_cities.ops import replica as replica_module
from sco_cities.ops.replica import RECENT_CHANGE_COOKIE
from tests.databases import connected_to, copy_of

pytestmark = pytest.mark.urls("tests.ops.urls")
REPLICA, DEFAULT = b"From the replica", b"From the default"


@pytest.fixture(scope="module")
def two_databases(django_db_setup, django_db_blocker):
    """The names of two empty databases for these tests only.

    The tests do not use `db`, because its test case rejects database aliases that are added later. The databases are
    migrated here, because pytest-django creates a test database only for tests with `db`.
    """
    source = connection.settings_dict["NAME"]
    with (
        django_db_blocker.unblock(),
        copy_of(source, "own", migrate) as own,
        copy_of(source, "replica", migrate) as other,
    ):
        yield own, other


@pytest.fixture
def replica(two_databases, django_db_blocker, monkeypatch, settings):
    """A replica of the default database. Each database has a group with a different name."""
    own, other = two_databases
    settings.DATABASE_ROUTERS = ["sco_cities.ops.replica.ReplicaRouter"]
    state = replica_module._Replica()
    monkeypatch.setattr(replica_module, "_replica", state)
    with django_db_blocker.unblock(), connected_to(own):
        monkeypatch.setitem(connections.settings, "replica", connection.settings_dict | {"NAME": other})
        for alias, name in (("default", DEFAULT), ("replica", REPLICA)):
            User.objects.using(alias).all().delete()
            Group.objects.using(alias).all().delete()
            Group.objects.using(alias).create(name=name.decode())
        yield connections["replica"]
        state.lag.stop()
        connections["replica"].close()
        del connections["replica"]


def migrate():
    call_command("migrate", verbosity=0)


@pytest.fixture
def unavailable_replica(replica, monkeypatch, tmp_path):
    replica.close()
    setting = "NAME" if replica.vendor == "sqlite" else "HOST"
    with monkeypatch.context() as patch:
        patch.setitem(replica.settings_dict, setting, str(tmp_path / "gone" / "database"))
        yield patch


def test_readers_read_from_the_replica(client, replica):
    assert client.get("/groups/").content == REPLICA


@pytest.mark.parametrize(
    ("path", "headers", "is_read_there"),
    [
        ("/mcp", {}, True),
        ("/ru/mcp", {}, True),
        ("/mcp", {"authorization": "Bearer a"}, False),
        ("/map/", {}, False),
    ],
)
def test_a_request_of_an_assistant_may_read_from_the_replica(rf, path, headers, is_read_there):
    request = rf.post(path, headers=headers)
    assert replica_module.is_of_a_reader(request) == is_read_there


def test_an_export_reads_from_the_replica_to_its_end(client, replica):
    Group.objects.using("replica").bulk_create(Group(name=f"Group {number:04}") for number in range(5000))
    rows = b"".join(client.get("/groups.csv").streaming_content).splitlines()
    assert len(rows) == 5001
    assert REPLICA in rows and DEFAULT not in rows


@pytest.mark.parametrize(
    "headers",
    [{"cookie": f"sessionid={'a' * 32}"}, {"authorization": "Basic YWRhOndyb25n"}],
    ids=["session", "authorization"],
)
def test_requests_with_credentials_read_from_the_default_database(client, replica, headers):
    assert client.get("/groups/", headers=headers).content == DEFAULT


def test_the_admin_reads_and_writes_the_default_database(client, replica):
    client.force_login(User.objects.create_superuser("ada"))
    assert DEFAULT in client.get("/admin/auth/group/").content
    client.post("/admin/auth/group/add/", {"name": "New"})
    assert Group.objects.using("default").filter(name="New").exists()
    assert not Group.objects.using("replica").filter(name="New").exists()


def test_outside_requests_the_default_database_is_used(client, replica):
    client.get("/groups/")
    assert Group.objects.get().name == DEFAULT.decode()


def test_a_record_read_from_the_replica_is_saved_to_the_default_database(replica):
    group = Group.objects.using("replica").get()
    group.save()
    assert Group.objects.using("default").filter(name=REPLICA.decode()).exists()


def test_the_replica_is_not_migrated(replica):
    assert not router.allow_migrate("replica", "auth")
    assert router.allow_migrate("default", "auth")


def test_an_unavailable_replica_is_replaced_by_the_default_database_and_tried_again_later(
    client, unavailable_replica, caplog, monkeypatch
):
    assert client.get("/groups/").content == DEFAULT
    assert "The replica does not respond" in caplog.text
    unavailable_replica.undo()
    assert client.get("/groups/").content == DEFAULT
    clock = replica_module.time.monotonic() + replica_module.RETRY_AFTER_S
    monkeypatch.setattr(replica_module.time, "monotonic", lambda: clock)
    assert client.get("/groups/").content == REPLICA


def test_a_closed_replica_connection_is_reopened_before_use(client, replica, monkeypatch):
    assert client.get("/groups/").content == REPLICA
    replica.health_check_enabled, replica.health_check_done = True, False
    monkeypatch.setattr(replica, "is_usable", lambda: False)
    assert client.get("/groups/").content == REPLICA


def change_group(alias: str, name: str, key: str) -> None:
    """Renames the group, and records the change in this database's change log."""
    Group.objects.using(alias).update(name=name)
    with connections[alias].cursor() as cursor:
        number = NUMBERS[connections[alias].vendor]
        cursor.execute(
            f"INSERT INTO facet_index_change (part, key, transaction_number) SELECT %s, 1, {number}", [key]
        )


def test_pages_of_the_replica_are_cached_and_have_etags(client, replica):
    first = client.get("/groups/")
    with CaptureQueriesContext(replica) as queries, CaptureQueriesContext(connection) as others:
        again = client.get("/groups/", headers={"if-none-match": first["ETag"]})
        cached = client.get("/groups/")
    assert (again.status_code, cached.content, first.content) == (304, REPLICA, REPLICA)
    # As without a replica, all these queries read the change log.
    assert (len(queries), len(others)) == (2, 0)
    change_group("replica", "Changed", "groups")
    changed = client.get("/groups/", headers={"if-none-match": first["ETag"]})
    assert (changed.status_code, changed.content) == (200, b"Changed")


def test_pages_of_each_database_are_cached_separately(client, replica):
    for _time in range(2):
        assert client.get("/groups/").content == REPLICA
        client.cookies[RECENT_CHANGE_COOKIE] = "1"
        assert client.get("/groups/").content == DEFAULT
        del client.cookies[RECENT_CHANGE_COOKIE]
    change_group("default", "Changed", "groups")
    assert client.get("/groups/").content == REPLICA


def test_a_replica_that_fails_in_the_page_cache_query_is_replaced_immediately(client, replica, monkeypatch):
    def state_number(using):
        if using == "replica":
            raise OperationalError("canceling statement due to conflict with recovery")
        return original(using)

    assert client.get("/groups/").content == REPLICA
    original = refresh.state_number
    monkeypatch.setattr(refresh, "state_number", state_number)
    assert client.get("/groups/").content == DEFAULT
    monkeypatch.undo()


def test_curators_see_their_changes_after_logging_out(client, replica, settings):
    client.force_login(User.objects.create_superuser("ada"))
    client.get("/admin/")
    assert RECENT_CHANGE_COOKIE not in client.cookies
    client.post("/admin/logout/")
    cookie = client.cookies[RECENT_CHANGE_COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (
        settings.REPLICA_MAX_LAG_S, True, "Lax", "", "/",
    )  # fmt: skip
    assert client.cookies["sessionid"].value == ""
    del client.cookies["sessionid"]
    assert client.get("/groups/").content == DEFAULT
    # Simulates a browser that has deleted the expired cookie.
    del client.cookies[RECENT_CHANGE_COOKIE]
    assert client.get("/groups/").content == REPLICA


def test_with_https_the_cookie_of_a_change_is_secure(secure_client, replica):
    secure_client.force_login(User.objects.create_superuser("ada"))
    secure_client.post("/admin/logout/")
    assert secure_client.cookies[RECENT_CHANGE_COOKIE]["secure"]


@pytest.mark.only_on("postgresql")
def test_a_lagging_replica_is_replaced_by_the_default_database(client, replica, monkeypatch):
    monkeypatch.setattr(replica_module._replica.lag, "is_within_limit", lambda: False)
    assert client.get("/groups/").content == DEFAULT


def test_startup_reads_the_index_of_both_databases(replica):
    refresh.warm_up()
    for using in ("default", "replica"):
        assert "cities" in refresh._shared[using].state.indexes


@pytest.mark.only_on("postgresql")
def test_the_lag_of_the_replica_is_measured_at_startup(replica):
    replica_module.warm_up()
    assert replica_module._replica.lag.measured.is_set()


def test_startup_without_a_replica_measures_nothing(monkeypatch):
    state = replica_module._Replica()
    monkeypatch.setattr(replica_module, "_replica", state)
    replica_module.warm_up()
    assert state.lag.thread is None


def test_without_the_setting_the_default_database_is_read_and_no_change_cookie_is_set(client, db, admin_user):
    client.force_login(admin_user)
    assert client.get("/groups/").status_code == 200
    client.post("/admin/logout/")
    assert RECENT_CHANGE_COOKIE not in client.cookies
