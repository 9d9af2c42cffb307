"""The security log records logins, failures, lockouts and changes of rights, with address and time."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from sco_cities.accounts import security_log
from sco_cities.accounts.models import SecurityEvent
from tests.curation.admin_client import admin_url, client_with_role, form_data, run_action, soup

from .roles import PASSWORD

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/securityevent/"


def log_in(client, username="ada", password="wrong"):
    data = {"username": username, "password": password}
    return client.post("/admin/login/", data, REMOTE_ADDR="203.0.113.7")


def events() -> list[tuple]:
    """The events in chronological order, without the logins of `administrator`."""
    rows = SecurityEvent.objects.exclude(account="administrator").order_by("pk")
    return list(rows.values_list("kind", "account", "address", "made_by"))


@pytest.fixture
def ada():
    return User.objects.create_user("ada", password=PASSWORD, is_staff=True)


def test_logins_and_failures_are_recorded_with_name_and_address(client, ada, caplog):
    log_in(client)
    log_in(client, password=PASSWORD)
    assert events() == [("login_failed", "ada", "203.0.113.7", ""), ("login", "ada", "203.0.113.7", "")]
    lines = [record.getMessage() for record in caplog.records if record.name == "sco_cities.security"]
    assert lines == [
        'login_failed account="ada" address="203.0.113.7"',
        'login account="ada" address="203.0.113.7"',
    ]


def test_failures_stay_after_the_lockout_and_after_a_right_password(client, ada):
    for _try in range(6):
        log_in(client)
    kinds = [kind for kind, *_rest in events()]
    assert kinds == ["login_failed"] * 5 + ["locked_out", "login_refused"]
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in(client, password=PASSWORD).status_code == 302
    assert [kind for kind, *_rest in events()] == [*kinds, "login"]
    assert not AccessAttempt.objects.exists()


def test_a_name_of_no_account_may_be_a_password_and_is_not_stored(client, ada, caplog):
    for name in ("my s3cret password", "my s3cret password", "another"):
        log_in(client, username=name)
    accounts = [account for _kind, account, *_rest in events()]
    assert accounts[0] == accounts[1] != accounts[2]
    assert all(account.startswith("unknown:") for account in accounts)
    assert "s3cret" not in caplog.text
    assert "s3cret" not in str(list(SecurityEvent.objects.values()))


def test_a_name_cannot_forge_a_line(caplog):
    security_log.record("login", 'ada" address="198.51.100.1"\nlogin account="root')
    assert "\n" not in caplog.records[-1].getMessage()
    assert r"\nlogin" in caplog.records[-1].getMessage()


def test_changes_of_rights_and_passwords_are_recorded_with_who_made_them(ada):
    administrator = client_with_role("administrator")
    page = administrator.get(admin_url(ada, "change"))
    curators = Group.objects.get(name="curator")
    administrator.post(admin_url(ada, "change"), form_data(page) | {"role": curators.pk})
    administrator.post(
        f"/admin/auth/user/{ada.pk}/password/",
        {"usable_password": "true", "password1": "quite new and long", "password2": "quite new and long"},
    )
    administrator.post(
        "/admin/auth/user/add/",
        {"username": "ben", "role": curators.pk, "usable_password": "true", "password1": "quite new and long",
         "password2": "quite new and long"},
    )  # fmt: skip
    run_action(administrator, "delete_selected", [ada], post="yes")
    administrator.post("/admin/auth/group/add/", {"name": "guests"})
    assert [(kind, account, made_by) for kind, account, _address, made_by in events()] == [
        ("permissions_changed", "ada", "administrator"),
        ("password_changed", "ada", "administrator"),
        ("account_created", "ben", "administrator"),
        ("account_deleted", "ada", "administrator"),
        ("permissions_changed", "group guests", "administrator"),
    ]
    assert SecurityEvent.objects.get(kind="permissions_changed", account="ada").detail.startswith(
        "is_active, is_staff; groups: curator; permissions: "
    )


def test_an_edit_that_changes_no_rights_is_not_recorded(ada):
    administrator = client_with_role("administrator")
    data = form_data(administrator.get(admin_url(ada, "change"))) | {"first_name": "Ada"}
    assert administrator.post(admin_url(ada, "change"), data).status_code == 302
    assert events() == []


@pytest.mark.parametrize(("role", "status"), [("contributor", 403), ("curator", 403), ("administrator", 200)])
def test_administrators_may_read_the_log_and_nobody_may_change_it(ada, role, status):
    client = client_with_role(role)
    event = SecurityEvent.objects.first()
    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}{event.pk}/change/").status_code == status
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    for user in (client, root):
        assert user.get(f"{LIST}add/").status_code == 403
        assert user.post(f"{LIST}{event.pk}/change/", {"account": "x"}).status_code == 403
        assert user.post(f"{LIST}{event.pk}/delete/", {"post": "yes"}).status_code == 403
    assert not soup(root.get(LIST)).select("[name=action] option[value=delete_selected]")
    assert SecurityEvent.objects.filter(pk=event.pk, account=event.account).exists()


def test_events_are_kept_90_days_and_a_bounded_number(monkeypatch):
    monkeypatch.setattr(security_log, "MAX_EVENTS", 30)
    monkeypatch.setattr(security_log, "PRUNE_EVERY", 10)
    for days in (89, 91):
        security_log.record("unlocked", f"{days} days ago")
        SecurityEvent.objects.filter(account=f"{days} days ago").update(
            at=timezone.now() - timedelta(days=days)
        )
    security_log.record("login", "ada")
    assert [event.account for event in SecurityEvent.objects.all()] == ["ada", "89 days ago"]
    for _event in range(100):
        security_log.record("login_failed", "ada")
    assert 30 <= SecurityEvent.objects.count() < 40
