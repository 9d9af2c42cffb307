"""Requests that may wait long leave threads of a web process to readers and health checks."""

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.http import HttpResponse
from django.test import RequestFactory

from sco_cities.accounts import login_budget
from sco_cities.ops import long_requests
from sco_cities.ops.request_info import MAX_SMALL_BODY_SIZE


@pytest.fixture(autouse=True)
def unlimited_afterwards(monkeypatch):
    monkeypatch.setattr(long_requests, "MAX_WAIT_S", 0.05)
    long_requests._turn.set(None)
    # The end of a response closes no connection of the tests.
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)
    long_requests.limit(0)


def begin(method: str = "POST", path: str = "/admin/", size: int = 0) -> HttpResponse | None:
    return long_requests.begin(RequestFactory().generic(method, path, CONTENT_LENGTH=str(size)))


@pytest.mark.only_on("sqlite")  # PostgreSQL has many writers at a time.
@pytest.mark.parametrize(("threads", "at_once"), [(2, 1), (3, 1), (4, 2), (8, 6)])
def test_some_writers_work_at_once_and_more_are_told_that_someone_else_is_saving(db, threads, at_once):
    long_requests.limit(threads)
    assert [begin() for _writer in range(at_once)] == [None] * at_once
    response = begin()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "Someone else is saving" in response.content.decode()
    # One turn ends with its response.
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
    assert (long_requests._turn.get() is not None) is is_long
    request_finished.send(sender=None)
    assert long_requests._turn.get() is None


def test_a_form_counts_as_a_writer_on_sqlite_only(db):
    long_requests.limit(4)
    begin()
    assert (long_requests._turn.get() is not None) is (connection.vendor == "sqlite")


@pytest.mark.only_on("sqlite")
def test_while_writers_wait_pages_and_health_checks_are_answered(client, db, caplog):
    long_requests.limit(3)
    begin()
    form = {"username": "ada", "password": "wrong"}
    assert client.post("/admin/login/", form).status_code == 503
    assert client.get("/healthz").status_code == client.get("/about/").status_code == 200
    assert caplog.text.count("requests are refused") == 1


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("login_limits")
def test_a_login_beyond_its_budget_takes_no_turn_from_writers(client, db, monkeypatch):
    long_requests.limit(3)
    monkeypatch.setattr(login_budget.budget.by_client.by_address, "limit", 0)
    begin()
    assert client.post("/admin/login/", {"username": "ada", "password": "wrong"}).status_code == 429


def test_commands_have_no_limit(db):
    assert [begin() for _request in range(9)] == [None] * 9
