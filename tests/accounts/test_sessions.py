"""A login lasts at most 12 hours, 2 hours without activity, and until it is ended on all devices."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from sco_cities.accounts.models import SecurityEvent
from tests import factories as make
from tests.curation.admin_client import client_with_role, messages_in, soup

from .login_steps import give_password, is_inside, logged_in, make_older, make_person
from .roles import PASSWORD

pytestmark = pytest.mark.django_db
HOUR = 60 * 60


@pytest.fixture
def ada():
    return client_with_role("administrator", "ada")


@pytest.mark.parametrize(
    ("begun", "used", "message"),
    [
        (11.9, 0.1, ""),
        (12.1, 0.1, "after 12 hours"),
        (2, 1.9, ""),
        (3, 2.1, "after 2 hours without activity"),
        # The clock was ahead and has been corrected.
        (-48, -48, ""),
    ],
)
def test_a_session_ends_after_12_hours_and_after_2_hours_without_activity(ada, begun, used, message):
    make_older(ada, begun * HOUR, "begun")
    make_older(ada, used * HOUR, "used")
    assert is_inside(ada) is not bool(message)
    if message:
        page = ada.get("/admin/", follow=True)
        # The first request above has ended the session and left a message.
        assert message in " ".join(messages_in(page))


def test_activity_does_not_make_a_session_older_than_12_hours(ada):
    for _time in range(7):
        make_older(ada, 1.8 * HOUR, "begun", "used")
        is_inside(ada)
    assert not is_inside(ada)


def test_a_session_of_a_clock_that_was_ahead_lasts_12_hours_from_now(ada):
    make_older(ada, -48 * HOUR, "begun", "used")
    assert is_inside(ada)
    make_older(ada, 12.1 * HOUR, "begun")
    assert not is_inside(ada)


def test_a_session_in_use_is_written_only_once_in_several_minutes(ada, monkeypatch):
    writes = []
    original = SessionStore.save
    monkeypatch.setattr(
        SessionStore, "save", lambda self, must_create=False: (writes.append(1), original(self, must_create))
    )
    for _request in range(5):
        assert is_inside(ada)
    assert writes == []
    make_older(ada, 6 * 60, "used")
    writes.clear()
    for _request in range(5):
        assert is_inside(ada)
    assert writes == [1]


def test_a_session_of_an_earlier_version_goes_on_and_begins_now(ada):
    session = ada.session
    for name in list(session.keys()):
        if name.startswith("login_"):
            del session[name]
    session.save()
    assert is_inside(ada)
    make_older(ada, 12.1 * HOUR, "begun")
    assert not is_inside(ada)


def test_an_ended_session_shows_no_draft_on_public_pages(ada):
    lamps = make.make_initiative("lamps", state="draft")
    assert ada.get(lamps.get_absolute_url()).status_code == 200
    make_older(ada, 3 * HOUR, "used")
    assert ada.get(lamps.get_absolute_url()).status_code == 404


def test_log_out_everywhere_ends_all_sessions_of_the_account_and_no_other(ada):
    elsewhere, ben = Client(), client_with_role("curator", "ben")
    elsewhere.force_login(ada.user)
    assert soup(ada.get("/admin/account/")).select_one('form[action="/admin/account/log-out-everywhere/"]')
    assert ada.get("/admin/account/log-out-everywhere/")["Location"] == "/admin/account/"
    assert ada.post("/admin/account/log-out-everywhere/")["Location"] == "/admin/login/"
    assert [is_inside(client) for client in (ada, elsewhere, ben)] == [False, False, True]
    ada.force_login(ada.user)
    assert is_inside(ada)
    assert SecurityEvent.objects.filter(kind="logged_out_everywhere").get().account == "ada"


def test_a_new_password_ends_the_sessions_elsewhere(ada):
    ada.user.set_password(PASSWORD)
    ada.user.save()
    ada.force_login(ada.user)
    elsewhere = Client()
    elsewhere.force_login(ada.user)
    data = {
        "old_password": PASSWORD,
        "new_password1": "quite new and long",
        "new_password2": "quite new and long",
    }
    assert ada.post("/admin/password_change/", data)["Location"] == "/admin/password_change/done/"
    assert is_inside(ada)
    assert not is_inside(elsewhere)
    assert SecurityEvent.objects.filter(kind="password_changed").get().account == "ada"


@pytest.mark.usefixtures("second_factor")
def test_a_login_that_waits_for_its_code_ends_after_15_minutes():
    eve, client = make_person("eve"), Client()
    give_password(client, eve)
    make_older(client, 16 * 60, "password_at")
    assert client.get("/admin/second-factor/")["Location"].startswith("/admin/login/")
    # This limit does not apply to a login with a submitted code.
    inside = logged_in(eve)
    make_older(inside, 16 * 60, "password_at", "code_at")
    assert is_inside(inside)


def test_the_account_page_shows_the_last_events_of_the_own_account_only(ada):
    client_with_role("curator", "ben")
    page = soup(ada.get("/admin/account/"))
    assert [cell.text for cell in page.select("#content-main tbody td:nth-child(2)")] == ["login"]
    assert "ben" not in page.select_one("#content-main").text


def test_a_password_with_the_second_factor_off_opens_the_admin(client):
    User.objects.create_user("ada", password=PASSWORD, is_staff=True)
    data = {"username": "ada", "password": PASSWORD, "next": "/admin/"}
    assert client.post("/admin/login/", data)["Location"] == "/admin/"
    assert is_inside(client)
