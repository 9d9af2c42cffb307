"""A thread of each web process stays free for health checks, and short queries of many readers are not refused."""

import threading
import time

import pytest
from django.conf import settings
from django.core.signals import request_finished
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from sco_cities.db import query_deadline
from sco_cities.ops import database_slots, replica
from sco_cities.ops.database_slots import DatabaseSlots, DatabaseSlotsMiddleware
from sco_cities.ops.request_info import MAX_SMALL_BODY_SIZE


@pytest.fixture(autouse=True)
def no_limits_afterwards():
    yield
    database_slots.limit(None)
    query_deadline.enforce(False)


@pytest.fixture
def short_waits(monkeypatch):
    monkeypatch.setattr(database_slots, "MAX_WAIT_S", 0.05)


def silence(alias: str = DEFAULT_DB_ALIAS) -> None:
    """A request of this process has waited in vain."""
    query_deadline.give_up(alias)


def hang_one_query(alias: str = DEFAULT_DB_ALIAS) -> None:
    """A request of this process has been waiting for a second."""
    query_deadline._servers[alias].waiting[0] = time.monotonic() - 1


@pytest.mark.parametrize(
    ("threads", "slots", "fewer"), [(1, 1, 1), (2, 1, 1), (3, 2, 1), (4, 3, 2), (8, 7, 6)]
)
def test_all_threads_but_one_have_a_slot_and_some_have_fewer(threads, slots, fewer):
    limits = DatabaseSlots(threads)
    assert (limits.all.size, limits.fewer.size) == (slots, fewer)


def test_many_short_requests_are_all_served():
    limits, refused = DatabaseSlots(4), []

    def request():
        if not limits.take():
            refused.append(1)
            return
        time.sleep(0.01)
        limits.give_back()

    threads = [threading.Thread(target=request) for _number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert limits.all.in_use == 0


def test_a_request_is_refused_if_nothing_moves(short_waits):
    limits = DatabaseSlots(4)
    assert [limits.take() for _number in range(3)] == [True] * 3
    assert not limits.take()
    started = time.monotonic()
    assert not limits.take()
    assert time.monotonic() - started < 0.05, "the next one is refused at once"
    limits.give_back()
    assert limits.take()


def test_a_request_waits_less_while_a_query_is_without_an_answer():
    limits = DatabaseSlots(2)
    limits.take()
    hang_one_query()
    started = time.monotonic()
    assert not limits.take()
    assert time.monotonic() - started < database_slots.MAX_WAIT_S / 2


@pytest.fixture
def clock(monkeypatch):
    """The time of the slots, which the test moves on."""
    now = [1000.0]
    monkeypatch.setattr(database_slots.time, "monotonic", lambda: now[0])
    return now


def test_while_the_database_is_silent_one_request_in_a_second_tries(clock):
    limits = DatabaseSlots(4)
    # A slow download, which asks the database nothing any more.
    limits.take()
    silence()
    for _second in range(2):
        assert [limits.take() for _number in range(3)] == [True, False, False]
        clock[0] += database_slots.TRY_INTERVAL_S
    query_deadline.record_answer(DEFAULT_DB_ALIAS)
    limits.give_back()
    assert limits.take()


READERS, OTHERS = (replica.REPLICA, DEFAULT_DB_ALIAS), (DEFAULT_DB_ALIAS,)


@pytest.mark.parametrize(
    ("silent", "databases", "taken"),
    [
        ([DEFAULT_DB_ALIAS], READERS, 3), ([replica.REPLICA], READERS, 3), (READERS, READERS, 1),
        ([DEFAULT_DB_ALIAS], OTHERS, 1), ([replica.REPLICA], OTHERS, 3),
    ],
)  # fmt: skip
def test_only_the_requests_of_a_silent_database_are_refused(short_waits, silent, databases, taken):
    for alias in silent:
        silence(alias)
    limits = DatabaseSlots(4)
    assert sum(limits.take(databases) for _number in range(4)) == taken


def test_a_query_that_hangs_on_the_primary_hurries_no_reader_of_the_replica():
    limits = DatabaseSlots(2)
    limits.take(READERS)
    hang_one_query()
    threading.Timer(2 * database_slots.MAX_SHORT_WAIT_S, limits.give_back).start()
    assert limits.take(READERS)


def test_requests_that_wait_for_each_other_leave_a_slot_to_readers(short_waits):
    limits = DatabaseSlots(4)
    assert [limits.take(of_fewer=True) for _number in range(4)] == [True, True, False, False]
    assert limits.take()


def test_a_refused_request_keeps_no_slot(short_waits):
    limits = DatabaseSlots(3)
    limits.take(), limits.take()
    assert not limits.take(of_fewer=True)
    assert limits.fewer.in_use == 0


@pytest.mark.parametrize("readers", [0, 1])
def test_the_last_thread_does_not_wait_long_for_other_writers(readers):
    limits = DatabaseSlots(4)
    limits.take(of_fewer=True), limits.take(of_fewer=True)
    for _number in range(readers):
        limits.take()
    started = time.monotonic()
    assert not limits.take(of_fewer=True)
    most = database_slots.MAX_SHORT_WAIT_S if readers else database_slots.MAX_WAIT_S
    assert most / 2 < time.monotonic() - started < most + 0.5
    assert limits.waiting == []


@pytest.mark.parametrize("readers", [0, 1])
def test_the_last_thread_does_not_wait_long_for_a_lock(readers):
    database_slots.limit(2)
    for _number in range(readers):
        database_slots._slots.take()
    lock = threading.Lock()
    with lock:
        started = time.monotonic()
        assert not database_slots.wait_for(lock, 1)
    assert (time.monotonic() - started < 0.9) is bool(readers)
    assert database_slots.wait_for(lock, 1)
    assert database_slots._slots.waiting == []


def served(view, method="GET", **headers):
    return DatabaseSlotsMiddleware(view)(RequestFactory().generic(method, "/", **headers))


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
        seen.append(database_slots._slots.fewer.in_use)
        return HttpResponse()

    served(view), served(view, "POST")
    assert seen == [0, 1 if connection.vendor == "sqlite" else 0]


@pytest.mark.parametrize(("size", "of_fewer"), [(MAX_SMALL_BODY_SIZE, 0), (MAX_SMALL_BODY_SIZE + 1, 1)])
def test_a_large_body_which_may_arrive_slowly_leaves_a_slot_to_readers(db, size, of_fewer):
    database_slots.limit(4)
    seen = []

    def view(request):
        seen.append(database_slots._slots.fewer.in_use)
        return HttpResponse()

    served(view, CONTENT_LENGTH=str(size))
    assert seen == [of_fewer]


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
    database_slots._slots.take()
    for path in ("/", "/ru/initiatives/", "/initiatives.csv"):
        response = client.get(path)
        assert response.status_code == 503
        assert response["Retry-After"]
        assert response["Cache-Control"] == "no-store"
    assert title in client.get("/").content.decode()
    assert client.get("/healthz").status_code == 200
    style_sheet = client.get("/static/css/main.css")
    assert style_sheet.status_code == 200
    style_sheet.close()
    assert caplog.text.count("requests are refused") == len(caplog.records) == 1


@pytest.mark.parametrize(
    ("is_silent", "seconds"), [(False, query_deadline.PATIENT_S), (True, query_deadline.READER_S)]
)
def test_a_curator_waits_longer_unless_the_database_is_silent(is_silent, seconds):
    database_slots.limit(4)
    if is_silent:
        silence()
    middleware = DatabaseSlotsMiddleware(None)
    query_deadline.begin_request()
    middleware.process_view(RequestFactory().get("/admin/"), None, (), {})
    assert query_deadline.seconds_left() == seconds
    query_deadline.end_request()


@pytest.mark.parametrize(
    ("method", "path", "cookie", "of_fewer"),
    [
        ("GET", "/", "", False), ("GET", "/", settings.SESSION_COOKIE_NAME, True), ("POST", "/", "", True),
        ("GET", "/admin/", "", True), ("GET", "/", replica.RECENT_CHANGE_COOKIE, True), ("POST", "/mcp", "", False),
    ],
)  # fmt: skip
def test_with_a_replica_requests_of_the_primary_have_fewer_slots(monkeypatch, method, path, cookie, of_fewer):
    monkeypatch.setitem(settings.DATABASES, replica.REPLICA, {})
    database_slots.limit(4)
    seen = []

    def view(request):
        seen.append(database_slots._slots.fewer.in_use)
        return HttpResponse()

    request = RequestFactory().generic(method, path)
    request.COOKIES[cookie] = "1"
    DatabaseSlotsMiddleware(view)(request)
    assert seen == [int(of_fewer)]


def test_a_replica_that_is_left_out_answers_nobody(monkeypatch):
    monkeypatch.setitem(settings.DATABASES, replica.REPLICA, {})
    state = replica._Replica()
    monkeypatch.setattr(replica, "_replica", state)
    request = RequestFactory().get("/")
    assert replica.databases_for(request) == READERS
    state.set_unavailable()
    assert replica.databases_for(request) == OTHERS


@pytest.mark.only_on("sqlite")  # PostgreSQL has many writers at a time.
def test_a_second_save_is_told_that_someone_else_is_saving(client, db, short_waits):
    database_slots.limit(3)
    database_slots._slots.fewer.acquire(lambda: 0)
    response = client.post("/admin/login/", {"username": "ada", "password": "wrong"})
    assert response.status_code == 503
    assert "Someone else is saving" in response.content.decode()
    assert response["Retry-After"] == "5"
