"""Limits on login attempts per address, per account and in parallel, which apply before a password is hashed."""

import threading
import time

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, RequestFactory

from sco_cities.accounts import login_limits
from sco_cities.accounts.login_limits import LoginLimits

LOGIN = "/admin/login/"
PASSWORD = "the right password"

pytestmark = pytest.mark.usefixtures("new_login_limits")


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
    assert "Your password was not checked" in response.text
    # Other addresses, and requests other than logins, are not limited.
    assert log_in(client, password=PASSWORD, address="203.0.113.8").status_code == 302
    assert client.get("/admin/login/", REMOTE_ADDR="203.0.113.7").status_code != 429


@pytest.mark.parametrize("network", ["203.0.113.{}", "2001:db8:2:{}::1"])
def test_one_client_with_a_whole_network_tries_40_names_a_minute(client, ada, network):
    # Rejected attempts of one address do not use up the attempts of its network.
    for number in range(60):
        log_in(client, username=f"name {number}", address=network.format(1))
    statuses = [
        log_in(client, username=f"name {number}", address=network.format(number)).status_code
        for number in range(2, 30)
    ]
    assert statuses == [200] * 20 + [429] * 8
    assert log_in(client, password=PASSWORD, address="198.51.100.1").status_code == 302


def test_a_rejected_attempt_runs_no_query(client, ada, django_assert_num_queries):
    for number in range(20):
        log_in(client, username=f"name {number}")
    with django_assert_num_queries(0):
        assert log_in(client, password=PASSWORD).status_code == 429


def test_an_account_is_tried_100_times_an_hour_from_anywhere(client, ada):
    statuses = [log_in(client, address=f"203.0.{number}.1").status_code for number in range(105)]
    assert statuses == [200] * 100 + [429] * 5
    response = log_in(client, password=PASSWORD, address="198.51.100.1")
    assert 59 * 60 < int(response["Retry-After"]) <= 60 * 60
    assert "too many failed logins to this account" in response.text


def test_a_known_device_is_not_refused_because_of_the_guesses_of_others(client, ada):
    User.objects.create_user("ben", password=PASSWORD, is_staff=True)
    log_in(client, password=PASSWORD)
    cookie = client.cookies["known_device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", LOGIN)
    # Later requests to the same process contain neither the session nor the cookie.
    client.cookies.clear()
    statuses = [log_in(client, address=f"203.0.{number}.1").status_code for number in range(105)]
    assert statuses[-1] == 429
    client.cookies["known_device"] = cookie.value
    assert log_in(client, password=PASSWORD, address="198.51.100.1").status_code == 302


@pytest.mark.parametrize("spelling", [" ada", "ada\t\n", "\u3000ada", "ａｄａ", "\u1d43da"])
def test_another_spelling_of_a_name_is_no_other_account(client, ada, monkeypatch, spelling):
    monkeypatch.setattr(login_limits.limits.by_account, "limit", 2)
    log_in(client, password=PASSWORD, address="198.51.100.1")
    cookie = client.cookies["known_device"].value
    client.cookies.clear()
    statuses = [
        log_in(client, username=name, address=f"203.0.113.{number}").status_code
        for number, name in enumerate(["ada", spelling])
    ]
    assert statuses == [200, 429]
    client.cookies["known_device"] = cookie
    assert log_in(client, username=spelling, password=PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("status", "csrf", "form"),
    [
        (200, False, {"username": "ada", "password": ""}),
        (200, False, {"username": "ada\0", "password": "wrong"}),
        (403, True, {"username": "ada", "password": "wrong"}),
    ],
)
def test_a_try_without_a_comparison_costs_the_account_nothing(ada, monkeypatch, status, csrf, form):
    monkeypatch.setattr(login_limits.limits.by_account, "limit", 2)
    client = Client(raise_request_exception=False, enforce_csrf_checks=csrf)
    assert [client.post(LOGIN, form).status_code for _try in range(4)] == [status] * 4


def test_a_locked_out_client_cannot_use_up_the_attempts_of_the_account(client, ada, monkeypatch):
    monkeypatch.setattr(login_limits.limits.by_account, "limit", 6)
    assert [log_in(client).status_code for _try in range(12)] == [200] * 4 + [429] * 8
    assert log_in(client, password=PASSWORD, address="198.51.100.1").status_code == 302


def test_a_known_device_has_tries_of_its_own_where_others_use_up_those_of_the_address(
    client, ada, monkeypatch
):
    User.objects.create_user("ben", password=PASSWORD, is_staff=True)
    monkeypatch.setattr(login_limits.limits.from_known_devices, "limit", 3)
    log_in(client, password=PASSWORD)
    cookie = client.cookies["known_device"].value
    client.cookies.clear()
    for number in range(20):
        log_in(client, username=f"name {number}")

    def log_in_again(username, cookie):
        client.cookies.clear()
        client.cookies["known_device"] = cookie
        return log_in(client, username=username, password=PASSWORD).status_code

    assert log_in_again("ada", "") == log_in_again("ben", cookie) == log_in_again("ada", cookie + "x") == 429
    assert [log_in_again("ada", cookie) for _try in range(4)] == [302, 302, 302, 429]


@pytest.mark.parametrize("forged", ["ada", "ada:1:x", "", "\0", "x" * 5000])
def test_a_forged_or_foreign_cookie_makes_no_device_known(forged, settings):
    request = RequestFactory().post(LOGIN, {"username": "ada"})
    request.COOKIES["known_device"] = forged
    assert login_limits._account_of_device(request) is None
    response = HttpResponse()
    login_limits._remember_device(response, "ben")
    request.COOKIES["known_device"] = response.cookies["known_device"].value
    assert login_limits._account_of_device(request) == "ben"


def test_one_password_is_hashed_at_a_time_one_waits_and_others_are_refused():
    entered, finish, at_once, most = threading.Semaphore(0), threading.Event(), [0], [0]

    def hash_password(request):
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        entered.release()
        finish.wait(30)
        at_once[0] -= 1
        return HttpResponse("hashed")

    limits = LoginLimits()
    limits.turns.max_wait_s = 30
    statuses = []

    def post(number):
        request = RequestFactory().post(LOGIN, {"username": "ada"}, REMOTE_ADDR=f"203.0.113.{number}")
        statuses.append(limits.log_in(request, hash_password).status_code)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    assert entered.acquire(timeout=30)
    deadline = time.monotonic() + 30
    while limits.turns._all._value and time.monotonic() < deadline:
        time.sleep(0.01)
    post(2)
    assert statuses == [503]
    finish.set()
    for thread in threads:
        thread.join()
    assert statuses == [503, 200, 200]
    assert most == [1]


def test_a_request_that_waits_too_long_gets_a_message_to_try_again():
    limits = LoginLimits()
    limits.turns.max_wait_s = 0.01

    def log_in():
        request = RequestFactory().post(LOGIN, {"username": "ada"})
        return limits.log_in(request, lambda request: HttpResponse("hashed"))

    assert limits.turns.take()
    response = log_in()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    limits.turns.give_back()
    assert log_in().status_code == 200


def test_a_request_that_has_too_many_fields_is_no_error_of_the_server(client, ada):
    form = "application/x-www-form-urlencoded"
    assert client.post(LOGIN, "a&" * 6000, content_type=form).status_code == 400
    broken = client.post(LOGIN, b"--x", content_type="multipart/form-data; boundary=x")
    assert broken.status_code in (200, 400)


def test_behind_a_unix_socket_without_addresses_only_accounts_are_counted(client, ada):
    statuses = [log_in(client, username=f"name {number}", address="").status_code for number in range(25)]
    assert statuses == [200] * 25


def test_a_flood_writes_one_line_a_minute(client, ada, caplog):
    for number in range(40):
        log_in(client, username=f"name {number}")
    lines = [line for line in caplog.messages if line.startswith("login_budget_exceeded")]
    assert lines == ['login_budget_exceeded address="203.0.113.7" status=429']
    # Django does not log a line for each attempt either.
    assert [record for record in caplog.records if record.name == "django.request"] == []
