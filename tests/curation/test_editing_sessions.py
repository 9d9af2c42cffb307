"""Users who have a record open see the other users who have it open."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Initiative
from sco_cities.accounts.carried_form import make_key
from sco_cities.curation.models import EditingSession
from sco_cities.curation.unsaved_forms import kept_values
from tests import factories as make
from tests.curation.admin_client import admin_url, client_with_role

pytestmark = pytest.mark.django_db
ADA_SINCE = "ada has had this record open since 10:42."
NOW = datetime(2026, 5, 1, 5, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    """The time of editing sessions, which a test can set."""
    settings.TIME_ZONE = "Asia/Tashkent"
    times = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: times[-1])
    return times


@pytest.fixture
def lamps(db):
    return make.make_initiative("lamps", state="draft")


def open_form(client, record) -> str:
    """Opens a form of the record, which pings once, and returns its key."""
    key = make_key(client.user)
    ping(client, record, key)
    return key


def ping(client, record, key, **more):
    url = f"{reverse('admin:ping_form')}?form={admin_url(record, 'change')}"
    response = client.post(url, {"form_key": key, **more})
    return response.json()["others"] if response.content else ""


def test_others_see_since_when_a_record_is_open_until_it_is_left(ada, carl, lamps, clock):
    key = open_form(ada, lamps)
    clock.append(NOW + timedelta(seconds=30))
    ping(ada, lamps, key)
    own = make_key(carl.user)
    assert ping(carl, lamps, own) == ADA_SINCE
    assert ping(ada, lamps, key) == "carl has had this record open since 10:42."
    ping(ada, lamps, key, closed="1")
    assert ping(carl, lamps, own) == ""


def test_a_record_is_not_open_any_more_two_minutes_after_the_last_ping(ada, carl, lamps, clock):
    open_form(ada, lamps)
    clock.append(NOW + timedelta(seconds=119))
    assert ping(carl, lamps, make_key(carl.user)) == ADA_SINCE
    clock.append(NOW + timedelta(seconds=121))
    own = make_key(carl.user)
    assert "ada" not in ping(carl, lamps, own)
    assert kept_values.delete_closed() == 1


def test_a_record_that_was_opened_on_another_day_has_its_date(ada, carl, lamps, clock):
    kept_values.renew_session(ada.user, "a", lamps)
    clock.append(NOW + timedelta(days=1))
    kept_values.renew_session(ada.user, "a", lamps)
    text = kept_values.describe_others(carl.user, "b", lamps)
    assert text == "ada has had this record open since 1 May 2026 10:42."


def test_the_second_tab_of_an_account_shows_a_message(ada, lamps):
    open_form(ada, lamps)
    assert ping(ada, lamps, make_key(ada.user)) == "You have this record open in another tab."


def test_another_record_and_the_form_of_evidence(ada, carl, lamps):
    open_form(ada, lamps)
    assert ping(carl, make.make_initiative("trams"), make_key(carl.user)) == ""
    evidence = (
        f"{reverse('admin:ping_form')}?form={reverse('admin:add_evidence', args=['initiatives', lamps.pk])}"
    )
    response = carl.post(evidence, {"form_key": make_key(carl.user)})
    assert response.json()["others"] == ADA_SINCE


def test_a_user_who_may_only_view_a_record_sees_others_and_is_not_shown(ada, lamps):
    viewer = client_with_role("", "viewer")
    viewer.user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    key = open_form(ada, lamps)
    assert ping(viewer, lamps, make_key(viewer.user)) == ADA_SINCE
    assert ping(ada, lamps, key) == ""
    assert EditingSession.objects.get().account == ada.user


def test_opening_a_form_writes_nothing(ada, lamps):
    ada.get(admin_url(lamps, "change"))
    ada.get(admin_url(Initiative, "add"))
    assert not EditingSession.objects.exists()


def test_pings_do_not_prolong_a_session(ada, lamps, monkeypatch):
    session = ada.session
    session["login_used"] = used = session["login_used"] - 3600 if "login_used" in session else 1
    session.save()
    open_form(ada, lamps)
    assert ada.session["login_used"] == used
