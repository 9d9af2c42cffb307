"""Requests that may wait long leave threads of a web process free for readers and health checks."""

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from sco_cities.accounts import login_limits
from sco_cities.ops import long_requests
from sco_cities.ops.request_info import MAX_SMALL_BODY_SIZE


@pytest.fixture(autouse=True)
def unlimited_afterwards(monkeypatch):
    monkeypatch.setattr(long_requests, "MAX_WAIT_S", 0.05)
    monkeypatch.setattr(long_requests, "MAX_SHORT_WAIT_S", 0.05)
    long_requests._turns.set(())
    # Otherwise, the end of a response would close the database connection of the tests.
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)
    long_requests.limit(0)


def begin(method: str = "POST", path: str = "/admin/", size: int = 0) -> HttpResponse | None:
    """Sends a request in another thread."""
    long_requests._turns.set(())
    return long_requests.begin(RequestFactory().generic(method, path, CONTENT_LENGTH=str(size)))


@pytest.mark.only_on("sqlite")  # PostgreSQL allows many writers at a time.
@pytest.mark.parametrize(("threads", "at_once"), [(2, 1), (3, 1), (4, 2), (8, 6)])
def test_some_writers_save_simultaneously_and_further_writers_get_a_message(db, threads, at_once):
    long_requests.limit(threads)
    assert [begin() for _writer in range(at_once)] == [None] * at_once
    turns = long_requests._turns.get()
    response = begin()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "Someone else is saving" in response.content.decode()
    # When a response ends, another request begins.
    long_requests._turns.set(turns)
    request_finished.send(sender=None)
    assert begin() is None


@pytest.mark.parametrize(
    ("method", "path", "size", "is_long"),
    [
        ("GET", "/", 0, False),
        ("GET", "/admin/", 0, False),
        ("POST", "/mcp", MAX_SMALL_BODY_SIZE, False),
        ("POST", "/mcp", MAX_SMALL_BODY_SIZE + 1, True),
        ("POST", "/admin/", MAX_SMALL_BODY_SIZE + 1, True),
    ],
)
def test_a_large_body_may_arrive_slowly(db, method, path, size, is_long):
    long_requests.limit(3)
    assert begin(method, path, size) is None
    assert (long_requests._few in long_requests._turns.get()) is is_long
    assert (long_requests._most in long_requests._turns.get()) is (size > 0)
    request_finished.send(sender=None)
    assert long_requests._turns.get() == ()


def test_a_form_counts_as_a_writer_on_sqlite_only(db):
    long_requests.limit(4)
    begin()
    assert (long_requests._few in long_requests._turns.get()) is (connection.vendor == "sqlite")


@pytest.mark.only_on("sqlite")
def test_pages_and_health_checks_work_while_writers_wait(client, db, caplog):
    long_requests.limit(3)
    begin()
    long_requests._turns.set(())
    form = {"username": "ada", "password": "wrong"}
    assert client.post("/admin/login/", form).status_code == 503
    assert client.get("/healthz").status_code == client.get("/about/").status_code == 200
    assert caplog.text.count("requests are rejected") == 1


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("new_login_limits")
def test_a_login_over_the_limit_does_not_delay_writers(client, db, monkeypatch):
    long_requests.limit(3)
    monkeypatch.setattr(login_limits.limits.by_client.by_address, "limit", 0)
    begin()
    long_requests._turns.set(())
    assert client.post("/admin/login/", {"username": "ada", "password": "wrong"}).status_code == 429


def streaming(content_type: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"lamps"]), content_type=content_type)


def test_slow_receivers_of_files_leave_a_thread_free_and_small_responses_take_no_turn(rf):
    long_requests.limit(3)
    request = rf.get("/initiatives.csv")
    for _client in range(2):
        # Each response is sent in a separate thread.
        long_requests._turns.set(())
        assert long_requests.begin_sending(request, streaming("text/csv")).streaming
    long_requests._turns.set(())
    refused = long_requests.begin_sending(request, streaming("text/csv"))
    assert (refused.status_code, refused.streaming) == (503, False)
    style_sheet = streaming("text/css")
    style_sheet["Content-Length"] = "5"
    for small in (streaming("text/html; charset=utf-8"), style_sheet):
        assert long_requests.begin_sending(request, small) is small


@pytest.mark.usefixtures("db")
def test_clients_that_send_forms_slowly_leave_a_thread_free():
    long_requests.limit(4)
    assert [begin("POST", "/mcp", 1) for _client in range(3)] == [None] * 3
    assert begin("POST", "/mcp", 1).status_code == 503
    assert begin("GET", "/") is None


def test_turns_of_a_response_without_an_end_are_released_by_the_next_request(client, db):
    long_requests.limit(3)
    assert begin("POST", "/mcp", 1) is None
    assert client.get("/about/").status_code == 200
    assert long_requests._turns.get() == ()


def test_commands_have_no_limit(db):
    assert [begin() for _request in range(9)] == [None] * 9
