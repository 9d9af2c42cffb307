"""The admin of accounts: what administrators do with accounts, and that superusers are none of theirs."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.curation.admin_client import act, address, client_of, filled_in, soup

User = get_user_model()
NEW = {"usable_password": "true", "password1": "quite new and long", "password2": "quite new and long"}


@pytest.fixture
def administrator(db):
    return client_of("administrator")


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("root", password="not a real one")


def test_an_administrator_makes_no_superuser(administrator):
    account = User.objects.create_user("helper", is_staff=True)
    page = administrator.get(address(account, "change"))
    assert not soup(page).select("[name=is_superuser]")
    sent = filled_in(page) | {"first_name": "Ada", "is_superuser": "on"}
    assert administrator.post(address(account, "change"), sent).status_code == 302
    account.refresh_from_db()
    assert (account.first_name, account.is_superuser) == ("Ada", False)


def test_an_administrator_changes_no_superuser(administrator, superuser):
    change = address(superuser, "change")
    assert administrator.get(change).status_code == 200  # to look at
    assert administrator.post(change, {"username": "root", "is_active": ""}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[superuser.pk])
    assert administrator.get(password).status_code == 403
    assert administrator.post(password, NEW).status_code == 403
    assert administrator.post(address(superuser, "delete"), {"post": "yes"}).status_code == 403
    act(administrator, "delete_selected", [superuser], post="yes")
    superuser.refresh_from_db()
    assert (superuser.is_active, superuser.check_password("not a real one")) == (True, True)


def test_an_administrator_changes_the_passwords_of_others(administrator):
    account = User.objects.create_user("helper", is_staff=True)
    password = reverse("admin:auth_user_password_change", args=[account.pk])
    assert administrator.post(password, NEW).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW["password1"])


def test_a_superuser_makes_another_one(superuser):
    client = Client()
    client.force_login(superuser)
    account = User.objects.create_user("helper", is_staff=True)
    sent = filled_in(client.get(address(account, "change"))) | {"is_superuser": "on"}
    assert client.post(address(account, "change"), sent).status_code == 302
    account.refresh_from_db()
    assert account.is_superuser
