"""The ensure_curator command: the account of the first curator."""

import re
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command

from tests.curation.admin_client import admin_url, curated_models

pytestmark = pytest.mark.django_db

User = get_user_model()


def command_output() -> str:
    output = StringIO()
    call_command("ensure_curator", stdout=output, stderr=output)
    return output.getvalue()


def test_the_first_run_shows_a_password_that_works_and_how_to_change_it(client):
    output = command_output()
    password = re.search(r"^curator password: (\S{16,})$", output, re.MULTILINE).group(1)
    assert "changepassword curator" in output
    assert "/admin/password_change/" in output
    data = {"username": "curator", "password": password, "next": "/admin/"}
    assert client.post("/admin/login/", data)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_each_site_gets_a_different_password():
    first = command_output()
    User.objects.all().delete()
    assert command_output() not in ("", first)


def test_later_runs_change_nothing_and_print_nothing():
    command_output()
    before = User.objects.values().get()
    assert command_output() == ""
    assert User.objects.values().get() == before


@pytest.mark.parametrize(
    "case", ["renamed", "switched off", "removed while there is an administrator", "a superuser"]
)
def test_a_renamed_or_removed_account_is_not_created_again(case):
    command_output()
    if case == "renamed":
        User.objects.update(username="ada")
    elif case == "switched off":
        User.objects.update(username="ada", is_active=False)
    else:
        User.objects.all().delete()
        if case == "a superuser":
            User.objects.create_superuser("ada")
        else:
            User.objects.create_user("ada").groups.add(Group.objects.get(name="administrator"))
    assert command_output() == ""
    assert not User.objects.filter(username="curator").exists()


def test_an_existing_account_with_that_name_keeps_its_password():
    User.objects.create_user("curator", password="my own words", is_staff=True)
    assert command_output() == ""
    user = User.objects.get()
    assert user.check_password("my own words")
    assert user.groups.get().name == "curator"


def test_a_curator_has_all_permissions_on_records_and_none_on_accounts(client):
    command_output()
    user = User.objects.get()
    assert user.is_staff
    assert not user.is_superuser
    for model in curated_models():
        for verb in ("view", "add", "change", "delete"):
            assert user.has_perm(f"{model._meta.app_label}.{verb}_{model._meta.model_name}")
    apps = {permission.split(".")[0] for permission in user.get_all_permissions()}
    assert apps == {model._meta.app_label for model in curated_models()} | {"curation"}
    client.force_login(user)
    assert client.get(admin_url(User)).status_code == 403


@pytest.mark.parametrize("role", ["contributor", "curator", "administrator"])
def test_missing_permissions_are_added_to_the_groups(role):
    command_output()
    group = Group.objects.get(name=role)
    all_of_them = set(group.permissions.all())
    group.permissions.remove(*group.permissions.filter(content_type__app_label="themes"))
    command_output()
    assert set(group.permissions.all()) == all_of_them
