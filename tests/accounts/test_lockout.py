"""The lockout applies only to the client that guesses passwords."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.utils import timezone

from sco_cities.accounts.models import SecurityEvent
from tests.curation.admin_client import client_with_role, messages_in, page_after_action

pytestmark = [pytest.mark.urls("tests.ops.urls"), pytest.mark.django_db]
LOGIN = "/admin/login/"
RIGHT = "the right password"


@pytest.fixture(autouse=True)
def curators(settings):
    settings.AXES_ENABLED = True
    for name in ("ada", "ben"):
        User.objects.create_user(name, password=RIGHT, is_staff=True)


def log_in(client, username="ada", right=False, address="203.0.113.7", **headers):
    form = {"username": username, "password": RIGHT if right else "wrong"}
    return client.post(LOGIN, form, headers=headers, REMOTE_ADDR=address)


def forwarded_for(addresses):
    return {"x-forwarded-for": addresses}


def guess(client, times, **options):
    return [log_in(client, **options).status_code for _ in range(times)]


def test_the_fifth_wrong_password_locks_out_and_the_page_shows_the_end_time(client):
    assert guess(client, 4) == [200, 200, 200, 200]
    response = log_in(client)
    assert response.status_code == 429
    assert 14 * 60 < int(response["Retry-After"]) <= 15 * 60
    assert response["Cache-Control"] == "private, no-store"
    until = (timezone.now() + timedelta(minutes=15)).strftime("%H:%M UTC")
    assert f"Try again in 15 minutes, at {until}" in response.content.decode()


def test_a_locked_out_client_is_refused_with_the_right_password_too(client):
    guess(client, 5)
    assert log_in(client, right=True).status_code == 429
    assert client.get("/admin/").status_code == 302


def test_another_user_name_and_another_address_are_not_locked_out(client):
    guess(client, 5)
    assert log_in(client, username="ben", right=True).status_code == 302
    assert log_in(client, right=True, address="198.51.100.1").status_code == 302


def test_another_browser_does_not_help(client):
    statuses = [log_in(client, **{"user-agent": f"browser {number}"}).status_code for number in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


def test_a_forged_proxy_header_does_not_help(client):
    statuses = [log_in(client, **forwarded_for(f"198.51.100.{number}")).status_code for number in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


def test_behind_the_tls_proxy_a_forged_entry_does_not_help_and_clients_are_distinguished(secure_client):
    forged = [forwarded_for(f"198.51.100.{number}, 203.0.113.7") for number in range(5)]
    assert [log_in(secure_client, **headers).status_code for headers in forged] == [200, 200, 200, 200, 429]
    assert log_in(secure_client, right=True, **forwarded_for("203.0.113.8")).status_code == 302


def test_further_attempts_do_not_extend_the_lockout_and_it_ends(client):
    guess(client, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    response = log_in(client)
    assert response.status_code == 429
    assert int(response["Retry-After"]) <= 60
    assert "Try again in 1 minute," in response.content.decode()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in(client, right=True).status_code == 302


def test_a_right_password_resets_the_count(client):
    guess(client, 4)
    assert log_in(client, right=True).status_code == 302
    client.cookies.clear()
    assert guess(client, 4) == [200, 200, 200, 200]


@pytest.mark.parametrize("username", ["", "\0", "ada\0", "a" * 10_000, "Ада", "' OR 1=1 --"])
def test_hostile_user_names_cause_no_error(client, username):
    assert set(guess(client, 6, username=username)) <= {200, 400, 429}


def test_behind_a_unix_socket_lockouts_are_by_user_name(client):
    assert guess(client, 5, address="") == [200, 200, 200, 200, 429]


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=2)])
def test_after_the_clock_was_put_right_a_lockout_lasts_15_minutes_at_most(client, ahead):
    guess(client, 5)
    # The clock was ahead when the passwords were tried.
    AccessAttempt.objects.update(attempt_time=timezone.now() + ahead)
    response = log_in(client, right=True)
    assert response.status_code == 429
    assert 14 * 60 < int(response["Retry-After"]) <= 15 * 60
    (attempt,) = AccessAttempt.objects.all()
    assert attempt.attempt_time <= timezone.now()


def test_an_administrator_unlocks_an_account(client):
    guess(client, 5)
    guess(client, 5, username="ben")
    administrator = client_with_role("administrator")
    ada = User.objects.get(username="ada")
    page = page_after_action(administrator, "unlock", [ada])
    assert messages_in(page) == ["1 account was unlocked."]
    assert log_in(client, right=True).status_code == 302
    assert log_in(client, username="ben", right=True).status_code == 429
    assert SecurityEvent.objects.filter(kind="unlocked").values_list("account", "made_by").get() == (
        "ada",
        "administrator",
    )


def test_an_administrator_unlocks_no_account_with_further_permissions(client):
    User.objects.create_superuser("root", password=RIGHT)
    for username in ("ada", "root"):
        guess(client, 5, username=username)
    locked = list(User.objects.filter(username__in=["ada", "root"]))
    page = page_after_action(client_with_role("administrator"), "unlock", locked)
    assert messages_in(page) == [
        "1 account was unlocked.",
        "1 account was not unlocked: it has permissions that you do not have.",
    ]
    assert log_in(client, right=True).status_code == 302
    assert log_in(client, username="root", right=True).status_code == 429
