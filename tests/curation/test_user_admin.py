"""The admin of accounts: administrators manage accounts, but not superusers."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.curation.admin_client import admin_url, client_with_role, form_data, run_action, soup

User = get_user_model()
NEW_PASSWORD = {
    "usable_password": "true",
    "password1": "quite new and long",
    "password2": "quite new and long",
}


@pytest.fixture
def administrator(db):
    return client_with_role("administrator")


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("root", password="not a real one")


def test_an_administrator_cannot_create_a_superuser(administrator):
    account = User.objects.create_user("helper", is_staff=True)
    page = administrator.get(admin_url(account, "change"))
    assert not soup(page).select("[name=is_superuser]")
    data = form_data(page) | {"first_name": "Ada", "is_superuser": "on"}
    assert administrator.post(admin_url(account, "change"), data).status_code == 302
    account.refresh_from_db()
    assert (account.first_name, account.is_superuser) == ("Ada", False)


def test_an_administrator_cannot_change_a_superuser(administrator, superuser):
    change = admin_url(superuser, "change")
    assert administrator.get(change).status_code == 200  # read only
    assert administrator.post(change, {"username": "root", "is_active": ""}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[superuser.pk])
    assert administrator.get(password).status_code == 403
    assert administrator.post(password, NEW_PASSWORD).status_code == 403
    assert administrator.post(admin_url(superuser, "delete"), {"post": "yes"}).status_code == 403
    run_action(administrator, "delete_selected", [superuser], post="yes")
    superuser.refresh_from_db()
    assert (superuser.is_active, superuser.check_password("not a real one")) == (True, True)


def test_an_administrator_changes_the_passwords_of_others(administrator):
    account = User.objects.create_user("helper", is_staff=True)
    password = reverse("admin:auth_user_password_change", args=[account.pk])
    assert administrator.post(password, NEW_PASSWORD).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW_PASSWORD["password1"])


def test_a_superuser_can_create_another_superuser(superuser):
    client = Client()
    client.force_login(superuser)
    account = User.objects.create_user("helper", is_staff=True)
    data = form_data(client.get(admin_url(account, "change"))) | {"is_superuser": "on"}
    assert client.post(admin_url(account, "change"), data).status_code == 302
    account.refresh_from_db()
    assert account.is_superuser
