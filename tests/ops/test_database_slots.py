"""A thread of each web process stays free for health checks, and short queries of many readers are not refused."""

import threading
import time

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from sco_cities.db import query_deadline
from sco_cities.db.database_errors import DatabaseOutage
from sco_cities.ops import database_slots
from sco_cities.ops.database_slots import DatabaseSlots, DatabaseSlotsMiddleware


@pytest.fixture(autouse=True)
def no_limits_afterwards():
    yield
    database_slots.limit(None)
    query_deadline.enforce(False)
    query_deadline._server.waiting.clear()


@pytest.fixture
def short_waits(monkeypatch):
    monkeypatch.setattr(database_slots, "MAX_WAIT_S", 0.05)


def silence() -> None:
    """A request of this process has waited in vain."""
    query_deadline.give_up()


@pytest.mark.parametrize(
    ("threads", "slots", "writers"), [(1, 1, 1), (2, 1, 1), (3, 2, 1), (4, 3, 2), (8, 7, 6)]
)
def test_all_threads_but_one_have_a_slot_and_fewer_write(threads, slots, writers):
    limits = DatabaseSlots(threads)
    assert (limits.all.size(), limits.writers.size()) == (slots, writers)


def test_many_short_requests_are_all_served():
    limits, refused = DatabaseSlots(4), []

    def request():
        if limits.take(is_write=False):
            refused.append(1)
            return
        time.sleep(0.01)
        limits.give_back(is_write=False)

    threads = [threading.Thread(target=request) for _number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert limits.all.in_use == 0


def test_a_request_is_refused_if_nothing_moves(short_waits):
    limits = DatabaseSlots(4)
    assert [limits.take(is_write=False) for _number in range(3)] == [None] * 3
    assert limits.take(is_write=False) is DatabaseOutage.UNAVAILABLE
    started = time.monotonic()
    assert limits.take(is_write=False) is DatabaseOutage.UNAVAILABLE
    assert time.monotonic() - started < 0.05, "the next one is refused at once"
    limits.give_back(is_write=False)
    assert limits.take(is_write=False) is None


def test_a_request_waits_less_while_a_query_is_without_an_answer():
    limits = DatabaseSlots(2)
    limits.take(is_write=False)
    query_deadline._server.waiting[0] = time.monotonic() - 1
    started = time.monotonic()
    assert limits.take(is_write=False) is DatabaseOutage.UNAVAILABLE
    assert time.monotonic() - started < database_slots.MAX_WAIT_S / 2


def test_while_the_database_is_silent_one_request_at_a_time_tries(short_waits):
    limits = DatabaseSlots(4)
    silence()
    assert limits.take(is_write=False) is None
    assert limits.take(is_write=False) is DatabaseOutage.UNAVAILABLE
    query_deadline.record_answer()
    assert limits.take(is_write=False) is None


def test_waiting_writers_leave_a_slot_to_readers(short_waits):
    limits = DatabaseSlots(4)
    assert [limits.take(is_write=True) for _number in range(4)] == [None, None, *[DatabaseOutage.LOCKED] * 2]
    assert limits.take(is_write=False) is None


def test_a_refused_writer_keeps_no_slot(short_waits):
    limits = DatabaseSlots(3)
    limits.take(is_write=False), limits.take(is_write=False)
    assert limits.take(is_write=True) is DatabaseOutage.UNAVAILABLE
    assert limits.writers.in_use == 0


def served(view, method="GET"):
    return DatabaseSlotsMiddleware(view)(RequestFactory().generic(method, "/"))


def test_a_request_has_its_slot_and_deadline_until_it_is_answered():
    database_slots.limit(4)
    seen = []

    def view(request):
        seen.append((database_slots._slots.all.in_use, query_deadline.seconds_left()))
        return HttpResponse("done")

    assert served(view).content == b"done"
    assert seen == [(1, query_deadline.READER_S)]
    assert database_slots._slots.all.in_use == 0
    assert query_deadline.seconds_left() == query_deadline.PATIENT_S


def test_a_failing_request_gives_its_slot_back():
    database_slots.limit(4)
    with pytest.raises(ZeroDivisionError):
        served(lambda request: 1 / 0)
    assert database_slots._slots.all.in_use == 0


@pytest.fixture
def open_connections():
    """The end of a response closes no connection of the tests."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def test_a_streaming_response_keeps_its_slot_until_it_is_closed(open_connections):
    database_slots.limit(4)
    response = served(lambda request: StreamingHttpResponse(iter([b"a", b"b"])))
    assert database_slots._slots.all.in_use == 1
    next(iter(response.streaming_content))
    response.close()
    assert database_slots._slots.all.in_use == 0


def test_a_form_counts_as_a_writer_on_sqlite_only(db):
    database_slots.limit(4)
    seen = []

    def view(request):
        seen.append(database_slots._slots.writers.in_use)
        return HttpResponse()

    served(view), served(view, "POST")
    assert seen == [0, 1 if connection.vendor == "sqlite" else 0]


@pytest.mark.parametrize(
    ("is_silent", "title"),
    [(False, "The site is busy"), (True, "The database cannot be reached")],
)
def test_without_a_slot_pages_are_refused_and_health_checks_answered(
    client, db, short_waits, caplog, is_silent, title
):
    database_slots.limit(2)
    if is_silent:
        silence()
    database_slots._slots.take(is_write=False)
    for path in ("/", "/ru/initiatives/", "/initiatives.csv"):
        response = client.get(path)
        assert response.status_code == 503
        assert response["Retry-After"]
        assert response["Cache-Control"] == "no-store"
    assert title in client.get("/").content.decode()
    assert client.get("/healthz").status_code == 200
    style_sheet = client.get("/static/css/site.css")
    assert style_sheet.status_code == 200
    style_sheet.close()
    assert caplog.text.count("Requests are refused") == 1


@pytest.mark.only_on("sqlite")  # PostgreSQL has many writers at a time.
def test_a_second_save_is_told_that_someone_else_is_saving(client, db, short_waits):
    database_slots.limit(3)
    database_slots._slots.writers.acquire()
    response = client.post("/admin/login/", {"username": "ada", "password": "wrong"})
    assert response.status_code == 503
    assert "Someone else is saving" in response.content.decode()
    assert response["Retry-After"] == "5"
