"""The state that a request sees: one moment, brought up to date at its beginning, without anybody having to wait."""

import threading
import time

import pytest
from django.core.signals import request_started
from django.db import DatabaseError, connection, connections, transaction

from sco_cities.facet_index import change_log, refresh
from sco_cities.facet_index.models import Change
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.sources.facets import EvidenceDimension
from sco_cities.themes.columns import THEMES
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.facet_index.test_change_log import elsewhere

committed = pytest.mark.django_db(transaction=True)


def names() -> list[str]:
    return list(Theme.objects.order_by("name_en").values_list("name_en", flat=True))


def published() -> int | None:
    """How many themes the index has, or None while it has none."""
    with refresh.facet_index("themes") as state:
        return None if state is None else len(state.published("themes"))


def ready() -> None:
    with refresh.facet_index("themes", patience_s=10) as state:
        assert state is not None


@committed
def test_readers_do_not_keep_a_writer_waiting_and_see_one_moment():
    make.make_theme("lamps")
    with read_snapshot("default"):
        assert names() == ["Lamps"]
        began = time.monotonic()
        elsewhere(lambda: make.make_theme("tunnels"))
        assert time.monotonic() - began < 5
        assert names() == ["Lamps"]
    assert names() == ["Lamps", "Tunnels"]


@committed
def test_what_an_abandoned_reader_left_open_is_ended_by_the_next_request():
    def rows():
        with read_snapshot("default"):
            yield from names()

    make.make_theme("lamps")
    abandoned = rows()
    assert next(abandoned) == "Lamps"
    elsewhere(lambda: make.make_theme("tunnels"))
    request_started.send(sender=None)
    with read_snapshot("default"):
        assert names() == ["Lamps", "Tunnels"]
        # That it is closed at last does not end the moment of somebody else.
        abandoned.close()
        elsewhere(lambda: make.make_theme("waterworks"))
        assert names() == ["Lamps", "Tunnels"]
    assert names() == ["Lamps", "Tunnels", "Waterworks"]


@committed
def test_a_moment_within_a_moment_is_the_outer_one_and_does_not_end_it():
    make.make_theme("lamps")
    with read_snapshot("default"):
        assert names() == ["Lamps"]
        elsewhere(lambda: make.make_theme("tunnels"))
        with read_snapshot("default"):
            assert names() == ["Lamps"]
        assert names() == ["Lamps"]
    assert names() == ["Lamps", "Tunnels"]


@committed
def test_a_reading_within_a_reading_has_the_state_of_the_outer_one_however_far_others_are():
    make.make_theme("lamps")
    ready()
    with refresh.facet_index("themes") as outer:
        elsewhere(lambda: (make.make_theme("tunnels"), ready()))
        with refresh.facet_index("themes") as inner:
            assert inner is outer and len(inner.published("themes")) == 1 == len(names())
        assert refresh.version("default") == outer.number
        assert len(names()) == 1
    assert published() == 2


@committed
def test_a_reading_within_a_moment_without_an_index_has_none():
    make.make_theme("lamps")
    ready()
    with read_snapshot("default"):
        assert published() is None
    assert published() == 1


@committed
def test_an_error_inside_ends_the_moment_and_is_passed_on():
    make.make_theme("lamps")
    with pytest.raises(InterruptedError), read_snapshot("default"):
        names()
        raise InterruptedError
    with transaction.atomic():
        make.make_theme("tunnels")
    assert names() == ["Lamps", "Tunnels"]


@committed
def test_a_connection_that_is_lost_inside_has_nothing_to_end():
    with read_snapshot("default"):
        connection.connection.close() if connection.vendor == "postgresql" else connection.close()
    connection.close()
    assert names() == []


@pytest.mark.django_db
def test_within_a_transaction_it_is_the_transactions_own_moment():
    with read_snapshot("default"):
        make.make_theme("lamps")
        assert names() == ["Lamps"]
    assert names() == ["Lamps"]


@committed
def test_a_commit_on_another_connection_is_seen_by_the_next_reader():
    make.make_theme("lamps")
    ready()
    with refresh.facet_index("themes") as state:
        assert len(state.published("themes")) == 1
        elsewhere(lambda: make.make_theme("tunnels"))
        # The counts and the rows of this request are still of one moment.
        assert len(state.published("themes")) == 1 == len(names())
    assert published() == 2


@committed
def test_what_another_transaction_has_not_committed_is_not_seen_and_its_own_is_not_shared():
    make.make_theme("lamps")
    ready()
    seen = []
    with transaction.atomic():
        if connection.vendor == "postgresql":
            make.make_theme("tunnels")
        else:
            Theme.objects.create(slug="tunnels", name_en="Tunnels", pillar="security", state="published")
        with refresh.facet_index("themes") as state:
            assert len(state.published("themes")) == 2
        elsewhere(lambda: seen.append(published()))
        transaction.set_rollback(True)
    assert seen == [1]
    assert published() == 1


@committed
def test_while_an_index_is_read_anew_requests_are_answered_and_the_next_ones_have_counts(monkeypatch, client):
    make.make_theme("lamps")
    ready()
    may_go_on, read = threading.Event(), refresh.read

    def slowly(using, collections):
        assert may_go_on.wait(20)
        return read(using, collections)

    monkeypatch.setattr(refresh, "read", slowly)
    monkeypatch.setattr(refresh, "WAIT_S", 0.01)
    change_log.reset("default")
    make.make_theme("tunnels")
    began = time.monotonic()
    with refresh.facet_index("themes", patience_s=0.01) as state:
        assert state is None
        assert [record.slug for record in THEMES.records().order_by("slug")] == ["lamps", "tunnels"]
    assert time.monotonic() - began < 2
    may_go_on.set()
    ready()
    assert published() == 2


@committed
def test_a_request_waits_no_longer_than_its_patience_however_many_kinds_are_being_read(monkeypatch):
    may_go_on, read = threading.Event(), refresh.read

    def slowly(using, collections):
        may_go_on.wait(20)
        return read(using, collections)

    monkeypatch.setattr(refresh, "read", slowly)
    began = time.monotonic()
    with refresh.facet_index("initiatives", patience_s=0.3) as state:
        assert state is None
    took = time.monotonic() - began
    may_go_on.set()
    with refresh.facet_index("initiatives", patience_s=10) as state:
        assert state is not None
    assert 0.3 <= took < 0.9


@committed
def test_a_reading_that_fails_is_logged_and_requests_are_still_answered(monkeypatch, caplog):
    make.make_theme("lamps")

    def fail(using, collections):
        raise InterruptedError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(refresh, "read", fail)
        with refresh.facet_index("themes", patience_s=5) as state:
            assert state is None and names() == ["Lamps"]
    assert "could not be read" in caplog.text and "the disk is full" in caplog.text
    ready()
    assert published() == 1


@committed
def test_the_number_of_the_state_changes_with_a_commit_alone():
    theme = make.make_theme("lamps")
    ready()
    before = refresh.version("default")
    assert refresh.version("default") == before
    with pytest.raises(InterruptedError), transaction.atomic():
        theme.save()
        raise InterruptedError
    assert refresh.version("default") == before
    elsewhere(theme.save)
    after = refresh.version("default")
    assert after != before
    assert refresh.version("default") == after


@committed
def test_how_many_reports_speak_of_records_is_read_by_a_second_connection(monkeypatch):
    def read(axis, using):
        readers.append(threading.current_thread().name)
        return usual(axis, using)

    readers, usual = [], EvidenceDimension.read
    monkeypatch.setattr(EvidenceDimension, "read", read)
    with read_snapshot("default"):
        refresh.read("default", ["themes"])
    assert len(readers) == 1 and readers[0] != threading.current_thread().name


@committed
def test_threads_at_work_share_one_state():
    make.make_theme("lamps")
    ready()
    found = []

    def ask():
        with refresh.facet_index("themes") as state:
            found.append(state)
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len({state.number for state in found}) == 1 and len(found) == 4


@committed
def test_a_process_that_begins_starts_a_long_log_anew_and_a_request_leaves_it(monkeypatch):
    theme = make.make_theme("lamps")
    theme.save()
    monkeypatch.setattr(change_log.prune, "__defaults__", (1,))
    ready()
    assert Change.objects.count() > 1
    refresh.clear()
    refresh.warm_up()
    ready()
    assert list(Change.objects.values_list("part", flat=True)) == [change_log.EVERYTHING]
    assert published() == 1


@committed
def test_where_the_log_cannot_be_written_the_index_is_read_all_the_same(monkeypatch, caplog):
    def refuse(using):
        raise DatabaseError("may only be read")

    make.make_theme("lamps")
    monkeypatch.setattr(change_log, "prune", refuse)
    refresh.clear()
    refresh.warm_up()
    ready()
    assert published() == 1 and "may only be read" in caplog.text
