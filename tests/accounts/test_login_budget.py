"""The login budget: tries by address, by account and at once in a process, before a password is hashed."""

import threading
import time

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, RequestFactory

from sco_cities.accounts import login_budget
from sco_cities.accounts.login_budget import LoginBudgetMiddleware, RateLimit

LOGIN = "/admin/login/"
PASSWORD = "the right password"


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture
def ada(db):
    return User.objects.create_user("ada", password=PASSWORD, is_staff=True)


def log_in(client, username="ada", password="wrong", address="203.0.113.7"):
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


def test_an_address_tries_20_names_a_minute(client, ada):
    statuses = [log_in(client, username=f"name {number}").status_code for number in range(25)]
    assert statuses == [200] * 20 + [429] * 5
    response = log_in(client, password=PASSWORD)
    assert 0 < int(response["Retry-After"]) <= 60
    assert "Too many login attempts" in response.text
    assert "No password was checked" in response.text
    # Another address, and everything but the login.
    assert log_in(client, password=PASSWORD, address="203.0.113.8").status_code == 302
    assert client.get("/admin/login/", REMOTE_ADDR="203.0.113.7").status_code != 429


def test_a_refused_try_costs_no_query(client, ada, django_assert_num_queries):
    for number in range(20):
        log_in(client, username=f"name {number}")
    with django_assert_num_queries(0):
        assert log_in(client, password=PASSWORD).status_code == 429


def test_an_account_is_tried_100_times_an_hour_from_anywhere(client, ada):
    statuses = [log_in(client, address=f"203.0.{number}.1").status_code for number in range(105)]
    assert statuses == [200] * 100 + [429] * 5
    response = log_in(client, password=PASSWORD, address="198.51.100.1")
    assert 59 * 60 < int(response["Retry-After"]) <= 60 * 60
    assert "Somebody has tried many passwords" in response.text


def test_a_known_device_is_not_refused_because_of_the_guesses_of_others(client, ada):
    User.objects.create_user("ben", password=PASSWORD, is_staff=True)
    log_in(client, password=PASSWORD)
    cookie = client.cookies["known_device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", LOGIN)
    # The same process, without the session and the cookie.
    client.cookies.clear()
    statuses = [log_in(client, address=f"203.0.{number}.1").status_code for number in range(105)]
    assert statuses[-1] == 429
    client.cookies["known_device"] = cookie.value
    assert log_in(client, password=PASSWORD, address="198.51.100.1").status_code == 302


@pytest.mark.parametrize("forged", ["ada", "ada:1:x", "", "\0", "x" * 5000])
def test_a_forged_or_foreign_cookie_makes_no_device_known(forged, settings):
    request = RequestFactory().post(LOGIN, {"username": "ada"})
    request.COOKIES["known_device"] = forged
    assert not login_budget._is_known_device(request, "ada")
    response = HttpResponse()
    login_budget._remember_device(response, "ben")
    request.COOKIES["known_device"] = response.cookies["known_device"].value
    assert not login_budget._is_known_device(request, "ada")
    assert login_budget._is_known_device(request, "ben")


def test_one_password_is_hashed_at_a_time_one_waits_and_others_are_refused(monkeypatch):
    monkeypatch.setattr(login_budget, "MAX_WAIT_S", 30)
    entered, finish, at_once, most = threading.Semaphore(0), threading.Event(), [0], [0]

    def hash_password(request):
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        entered.release()
        finish.wait(30)
        at_once[0] -= 1
        return HttpResponse("hashed")

    middleware = LoginBudgetMiddleware(hash_password)
    statuses = []

    def post(number):
        request = RequestFactory().post(LOGIN, {"username": "ada"}, REMOTE_ADDR=f"203.0.113.{number}")
        statuses.append(middleware(request).status_code)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    assert entered.acquire(timeout=30)
    deadline = time.monotonic() + 30
    while middleware.places._value and time.monotonic() < deadline:
        time.sleep(0.01)
    post(2)
    assert statuses == [503]
    finish.set()
    for thread in threads:
        thread.join()
    assert statuses == [503, 200, 200]
    assert most == [1]


def test_who_waits_for_too_long_is_told_to_try_again(monkeypatch):
    monkeypatch.setattr(login_budget, "MAX_WAIT_S", 0.01)
    middleware = LoginBudgetMiddleware(lambda request: HttpResponse("hashed"))
    with middleware.turn:
        response = middleware(RequestFactory().post(LOGIN, {"username": "ada"}))
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert middleware(RequestFactory().post(LOGIN, {"username": "ada"})).status_code == 200


def test_a_request_that_breaks_off_or_has_too_many_fields_is_no_error_of_the_server(client, ada):
    class BrokenStream:
        def read(self, *arguments):
            raise OSError("the client has gone")

    broken = RequestFactory().post(LOGIN, {"username": "ada"})
    broken._stream = BrokenStream()
    assert LoginBudgetMiddleware(lambda request: HttpResponse("passed on"))(broken).status_code == 200
    assert client.post(LOGIN, {f"field {number}": "x" for number in range(6000)}).status_code == 400
    assert client.post(LOGIN, b"--x", content_type="multipart/form-data; boundary=x").status_code in (
        200,
        400,
    )


def test_behind_a_unix_socket_without_addresses_only_accounts_are_counted(client, ada):
    statuses = [log_in(client, username=f"name {number}", address="").status_code for number in range(25)]
    assert statuses == [200] * 25


def test_the_counts_are_bounded_and_forgotten_after_their_period(monkeypatch):
    monkeypatch.setattr(login_budget, "MAX_COUNTED", 100)
    now = [1000.0]
    monkeypatch.setattr(login_budget.time, "monotonic", lambda: now[0])
    limit = RateLimit(2, 60)
    assert [limit.take("ada") for _try in range(3)] == [0, 0, 60]
    now[0] += 59
    assert limit.take("ada") == 1
    now[0] += 1
    assert limit.take("ada") == 0
    for number in range(1000):
        limit.take(f"name {number}")
    assert len(limit._counts) == 100


def test_a_flood_writes_one_line_a_minute(client, ada, caplog):
    for number in range(40):
        log_in(client, username=f"name {number}")
    lines = [line for line in caplog.messages if line.startswith("login_budget_exceeded")]
    assert lines == ['login_budget_exceeded address="203.0.113.7" status=429']
