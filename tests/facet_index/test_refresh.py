"""Each request uses one index snapshot, current when the request begins, and does not block other requests."""

import threading
import time

import pytest
from django.core.signals import request_started
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sco_cities.facet_index import change_log, refresh
from sco_cities.facet_index.models import Change
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.facet_index.test_change_log import run_in_thread
from tests.older_transactions import wait_for_older_transactions

committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def new_process():
    """Clears the index, as in a process that has not read an index."""
    refresh.clear()


def theme_names() -> list[str]:
    return list(Theme.objects.order_by("name_en").values_list("name_en", flat=True))


def published_count() -> int:
    """Returns the number of published themes in the index."""
    with refresh.facet_index("themes") as state:
        return len(state.published("themes"))


def wait_until_ready() -> None:
    with refresh.facet_index("themes"):
        pass


@pytest.fixture
def slow_read(monkeypatch):
    """An event that makes reading an index wait while the event is cleared."""

    def read_slowly(using, collections):
        assert may_continue.wait(20)
        return read(using, collections)

    may_continue, read = threading.Event(), refresh.read
    may_continue.set()
    monkeypatch.setattr(refresh, "read", read_slowly)
    yield may_continue
    events = [event for shared in refresh._shared.values() for event in list(shared.in_progress.values())]
    may_continue.set()
    assert all(event.wait(20) for event in events)


@committed
def test_readers_do_not_block_a_writer_and_see_one_snapshot():
    make.make_theme("lamps")
    with read_snapshot("default"):
        assert theme_names() == ["Lamps"]
        started = time.monotonic()
        run_in_thread(lambda: make.make_theme("tunnels"))
        assert time.monotonic() - started < 5
        assert theme_names() == ["Lamps"]
    assert theme_names() == ["Lamps", "Tunnels"]


@committed
def test_the_next_request_ends_the_snapshot_of_an_abandoned_reader():
    def rows():
        with read_snapshot("default"):
            yield from theme_names()

    make.make_theme("lamps")
    abandoned = rows()
    assert next(abandoned) == "Lamps"
    run_in_thread(lambda: make.make_theme("tunnels"))
    request_started.send(sender=None)
    with read_snapshot("default"):
        assert theme_names() == ["Lamps", "Tunnels"]
        # Closing the abandoned reader does not end the new snapshot.
        abandoned.close()
        run_in_thread(lambda: make.make_theme("waterworks"))
        assert theme_names() == ["Lamps", "Tunnels"]
    assert theme_names() == ["Lamps", "Tunnels", "Waterworks"]


@committed
def test_a_nested_snapshot_is_the_outer_one_and_does_not_end_it():
    make.make_theme("lamps")
    with read_snapshot("default"):
        assert theme_names() == ["Lamps"]
        run_in_thread(lambda: make.make_theme("tunnels"))
        with read_snapshot("default"):
            assert theme_names() == ["Lamps"]
        assert theme_names() == ["Lamps"]
    assert theme_names() == ["Lamps", "Tunnels"]


@committed
def test_a_nested_call_gets_the_outer_state_even_if_there_is_a_newer_one():
    make.make_theme("lamps")
    wait_until_ready()
    with refresh.facet_index("themes") as outer:
        run_in_thread(lambda: (make.make_theme("tunnels"), wait_until_ready()))
        with refresh.facet_index("themes") as inner:
            assert inner is outer and len(inner.published("themes")) == 1 == len(theme_names())
        assert refresh.state_number("default") == outer.number
        assert len(theme_names()) == 1
    assert published_count() == 2


@committed
def test_in_a_snapshot_the_missing_indexes_are_read_as_it_sees_them():
    make.make_theme("lamps")
    wait_until_ready()
    with read_snapshot("default"):
        assert theme_names() == ["Lamps"]
        run_in_thread(lambda: (make.make_theme("tunnels"), wait_until_ready()))
        assert published_count() == 1
        with refresh.facet_index("cities") as state:
            assert (len(state.published("themes")), len(state.published("cities"))) == (1, 0)
    assert published_count() == 2


@committed
def test_an_error_inside_ends_the_snapshot_and_propagates():
    make.make_theme("lamps")
    with pytest.raises(InterruptedError), read_snapshot("default"):
        theme_names()
        raise InterruptedError
    with transaction.atomic():
        make.make_theme("tunnels")
    assert theme_names() == ["Lamps", "Tunnels"]


@committed
def test_the_snapshot_of_a_lost_connection_needs_no_end():
    with read_snapshot("default"):
        connection.connection.close() if connection.vendor == "postgresql" else connection.close()
    connection.close()
    assert theme_names() == []


@pytest.mark.django_db
def test_reads_in_a_transaction_see_its_writes():
    with read_snapshot("default"):
        make.make_theme("lamps")
        assert theme_names() == ["Lamps"]
    assert theme_names() == ["Lamps"]


@committed
def test_the_next_reader_sees_a_commit_on_another_connection():
    make.make_theme("lamps")
    wait_until_ready()
    with refresh.facet_index("themes") as state:
        assert len(state.published("themes")) == 1
        run_in_thread(lambda: make.make_theme("tunnels"))
        # The counts and rows of this request are still from the same snapshot.
        assert len(state.published("themes")) == 1 == len(theme_names())
    assert published_count() == 2


@committed
def test_uncommitted_writes_are_not_shared_with_other_connections():
    make.make_theme("lamps")
    wait_until_ready()
    counts = []
    with transaction.atomic():
        if connection.vendor == "postgresql":
            make.make_theme("tunnels")
        else:
            Theme.objects.create(slug="tunnels", name_en="Tunnels", pillar="security", state="published")
        with refresh.facet_index("themes") as state:
            assert len(state.published("themes")) == 2
        run_in_thread(lambda: counts.append(published_count()))
        transaction.set_rollback(True)
    assert counts == [1]
    assert published_count() == 1


@committed
def test_while_an_index_is_read_again_requests_wait_for_it(slow_read):
    make.make_theme("lamps")
    wait_until_ready()
    slow_read.clear()
    change_log.reset("default")
    make.make_theme("tunnels")
    threading.Timer(0.3, slow_read.set).start()
    started = time.monotonic()
    assert published_count() == 2
    assert 0.25 < time.monotonic() - started < 10


@committed
def test_a_request_waits_no_longer_than_the_bound_for_several_indexes(slow_read, monkeypatch):
    slow_read.clear()
    monkeypatch.setattr(refresh, "MAX_WAIT_S", 0.3)
    started = time.monotonic()
    with pytest.raises(refresh.FacetIndexNotReady, match="cities"), refresh.facet_index("initiatives"):
        pass
    duration = time.monotonic() - started
    slow_read.set()
    monkeypatch.setattr(refresh, "MAX_WAIT_S", 30)
    with refresh.facet_index("initiatives") as state:
        assert "initiatives" in state.indexes
    assert 0.3 <= duration < 0.9


@committed
def test_no_more_requests_wait_than_allowed(slow_read, monkeypatch):
    make.make_theme("lamps")
    slow_read.clear()
    monkeypatch.setattr(refresh, "max_waiting", 0)
    started = time.monotonic()
    with pytest.raises(refresh.FacetIndexNotReady), refresh.facet_index("themes"):
        pass
    assert time.monotonic() - started < refresh.MAX_WAIT_S / 2
    slow_read.set()
    monkeypatch.setattr(refresh, "max_waiting", 1)
    for _time in range(2):
        with refresh.facet_index("themes") as state:
            assert "themes" in state.indexes
    assert refresh._waiting == []


@committed
@pytest.mark.parametrize(
    "address", ["/themes/", "/", "/search/?q=lamps", "/themes.csv", "/themes.jsonl", "/map/"]
)
def test_after_the_bound_the_reader_gets_503_and_when_to_try_again(address, slow_read, monkeypatch):
    make.make_theme("lamps")
    slow_read.clear()
    monkeypatch.setattr(refresh, "MAX_WAIT_S", 0.01)
    client = Client(raise_request_exception=False)
    response = client.get(address)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "<h1>The data is being prepared</h1>" in response.content.decode()
    # Health checks do not need the index.
    assert client.get("/healthz").status_code == 200
    slow_read.set()
    monkeypatch.setattr(refresh, "MAX_WAIT_S", 30)
    assert client.get(address).status_code == 200


@committed
def test_a_failed_read_is_logged_and_the_next_request_tries_again(monkeypatch, caplog):
    def fail(using, collections):
        raise InterruptedError("the disk is full")

    make.make_theme("lamps")
    with monkeypatch.context() as patched:
        patched.setattr(refresh, "read", fail)
        with pytest.raises(refresh.FacetIndexNotReady), refresh.facet_index("themes"):
            pass
    assert "could not be read" in caplog.text and "the disk is full" in caplog.text
    assert published_count() == 1


@committed
def test_the_number_of_the_state_changes_only_with_a_commit():
    theme = make.make_theme("lamps")
    wait_until_ready()
    before = refresh.state_number("default")
    assert refresh.state_number("default") == before
    with pytest.raises(InterruptedError), transaction.atomic():
        theme.save()
        raise InterruptedError
    assert refresh.state_number("default") == before
    run_in_thread(theme.save)
    after = refresh.state_number("default")
    assert after != before
    assert refresh.state_number("default") == after


@committed
def test_concurrent_threads_share_one_state():
    make.make_theme("lamps")
    wait_until_ready()
    states = []

    def run():
        with refresh.facet_index("themes") as state:
            states.append(state)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len({state.number for state in states}) == 1 and len(states) == 4


@committed
def test_a_starting_process_prunes_a_long_log_and_a_request_does_not(monkeypatch):
    theme = make.make_theme("lamps")
    theme.save()
    monkeypatch.setattr(change_log.prune, "__defaults__", (1,))
    wait_until_ready()
    assert Change.objects.count() > 1
    refresh.clear()
    wait_for_older_transactions()
    refresh.warm_up()
    wait_until_ready()
    assert set(Change.objects.values_list("part", flat=True)) <= {"themes_theme.id", change_log.PRUNED}
    assert Change.objects.count() <= 3
    assert published_count() == 1


@committed
def test_the_index_of_a_read_only_database_is_read(monkeypatch, caplog):
    def refuse(using):
        raise DatabaseError("may only be read")

    make.make_theme("lamps")
    monkeypatch.setattr(change_log, "prune", refuse)
    refresh.clear()
    refresh.warm_up()
    wait_until_ready()
    assert published_count() == 1 and "may only be read" in caplog.text


@committed
def test_a_starting_process_waits_until_all_indexes_are_read(slow_read):
    make.make_theme("lamps")
    waits = []

    def on_wait() -> bool:
        waits.append(len(waits))
        slow_read.set()
        return True

    slow_read.clear()
    refresh.clear()
    refresh.warm_up(on_wait)
    assert waits == [0]
    with CaptureQueriesContext(connection) as queries:
        assert published_count() == 1
    # The queries read the start and end of the snapshot, and the changes since the index was read.
    assert len(queries) == 3


@committed
@pytest.mark.parametrize("reason", ["it is stopped", "it has waited long enough"])
def test_a_starting_process_does_not_wait_for_ever(reason, slow_read, monkeypatch):
    if reason != "it is stopped":
        monkeypatch.setattr(refresh, "MAX_START_S", 0)
    slow_read.clear()
    refresh.clear()
    started = time.monotonic()
    refresh.warm_up(lambda: reason != "it is stopped")
    assert time.monotonic() - started < 5


@committed
def test_a_process_starts_while_the_database_is_unavailable(monkeypatch, caplog):
    def refuse(using):
        raise OperationalError("connection refused")

    make.make_theme("lamps")
    refresh.clear()
    with monkeypatch.context() as patched:
        patched.setattr(refresh, "read_snapshot", refuse)
        patched.setattr(change_log, "prune", refuse)
        refresh.warm_up()
    assert "connection refused" in caplog.text
    assert published_count() == 1
