"""The account that the first run makes."""

import re
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command

from tests.curation.admin_client import address, curated_models

pytestmark = pytest.mark.django_db

User = get_user_model()


def said_by_the_command() -> str:
    output = StringIO()
    call_command("ensure_curator", stdout=output, stderr=output)
    return output.getvalue()


def test_the_first_run_shows_a_password_that_works_and_how_to_change_it(client):
    said = said_by_the_command()
    password = re.search(r"^curator password: (\S{16,})$", said, re.MULTILINE).group(1)
    assert "changepassword curator" in said
    assert "/admin/password_change/" in said
    sent = {"username": "curator", "password": password, "next": "/admin/"}
    assert client.post("/admin/login/", sent)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_each_site_has_a_password_of_its_own():
    first = said_by_the_command()
    User.objects.all().delete()
    assert said_by_the_command() not in ("", first)


def test_later_runs_change_nothing_and_say_nothing():
    said_by_the_command()
    before = User.objects.values().get()
    assert said_by_the_command() == ""
    assert User.objects.values().get() == before


@pytest.mark.parametrize(
    "leave", ["renamed", "switched off", "removed beside an administrator", "a superuser"]
)
def test_an_account_does_not_come_back_once_it_was(leave):
    said_by_the_command()
    if leave == "renamed":
        User.objects.update(username="ada")
    elif leave == "switched off":
        User.objects.update(username="ada", is_active=False)
    else:
        User.objects.all().delete()
        if leave == "a superuser":
            User.objects.create_superuser("ada")
        else:
            User.objects.create_user("ada").groups.add(Group.objects.get(name="administrator"))
    assert said_by_the_command() == ""
    assert not User.objects.filter(username="curator").exists()


def test_an_account_of_that_name_keeps_its_password():
    User.objects.create_user("curator", password="my own words", is_staff=True)
    assert said_by_the_command() == ""
    user = User.objects.get()
    assert user.check_password("my own words")
    assert user.groups.get().name == "curator"


def test_a_curator_may_do_everything_with_records_and_nothing_with_accounts(client):
    said_by_the_command()
    user = User.objects.get()
    assert user.is_staff
    assert not user.is_superuser
    for model in curated_models():
        for verb in ("view", "add", "change", "delete"):
            assert user.has_perm(f"{model._meta.app_label}.{verb}_{model._meta.model_name}")
    apps = {permission.split(".")[0] for permission in user.get_all_permissions()}
    assert apps == {model._meta.app_label for model in curated_models()} | {"curation"}
    client.force_login(user)
    assert client.get(address(User)).status_code == 403


@pytest.mark.parametrize("role", ["contributor", "curator", "administrator"])
def test_what_came_later_is_added_to_the_groups(role):
    said_by_the_command()
    group = Group.objects.get(name=role)
    all_of_them = set(group.permissions.all())
    group.permissions.remove(*group.permissions.filter(content_type__app_label="themes"))
    said_by_the_command()
    assert set(group.permissions.all()) == all_of_them
