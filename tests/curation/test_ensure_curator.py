"""The ensure_curator command creates the account of the first curator."""

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from tests.curation.admin_client import admin_url, curated_models, errors_in, messages_in

pytestmark = pytest.mark.django_db

User = get_user_model()


def command_output() -> str:
    output = StringIO()
    call_command("ensure_curator", stdout=output, stderr=output)
    return output.getvalue()


def log_in(client, password: str):
    data = {"username": "curator", "password": password, "next": "/admin/"}
    return client.post("/admin/login/", data)


def change_password(client, old: str, new: str):
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/admin/password_change/", data)


def test_the_first_password_is_in_a_file_that_only_the_owner_can_read(client, first_password_file):
    output = command_output()
    password = first_password_file.read_text().strip()
    assert len(password) >= 16
    assert password not in output
    assert str(first_password_file) in output
    assert first_password_file.stat().st_mode & 0o777 == 0o600
    assert log_in(client, password)["Location"] == "/admin/"


def test_the_first_password_opens_only_the_page_on_which_it_is_changed(client, first_password_file):
    command_output()
    password = first_password_file.read_text().strip()
    log_in(client, password)
    for page in ("/admin/", "/admin/imports/", "/admin/account/", "/admin/nowhere/"):
        assert client.get(page)["Location"].startswith("/admin/password_change/?next=")
    page = client.get("/admin/", follow=True)
    assert "This password is valid for the first login only" in " ".join(messages_in(page))
    # All other links would redirect back to this page.
    assert 'id="nav-sidebar"' not in page.text
    assert "current password" in errors_in(change_password(client, password, password))
    assert client.get("/admin/").status_code == 302
    assert change_password(client, password, "quite new and long").status_code == 302
    assert client.get("/admin/").status_code == 200
    assert 'id="nav-sidebar"' in client.get("/admin/password_change/").text


def test_a_password_that_an_operator_sets_need_not_be_changed(client):
    command_output()
    user = User.objects.get()
    # The password is set as `manage.py changepassword` does it.
    user.set_password("quite new and long")
    user.save()
    log_in(client, "quite new and long")
    assert client.get("/admin/").status_code == 200


def test_the_file_is_deleted_by_the_next_start_after_the_password_was_changed(client, first_password_file):
    command_output()
    command_output()
    password = first_password_file.read_text().strip()
    log_in(client, password)
    change_password(client, password, "quite new and long")
    # The first password of another database of the same site is kept.
    first_password_file.write_text("of another database")
    command_output()
    assert first_password_file.exists()
    first_password_file.write_text(password)
    command_output()
    assert not first_password_file.exists()


def test_without_a_place_for_the_password_no_account_is_created(settings, tmp_path):
    settings.FIRST_PASSWORD_FILE = tmp_path / "a file" / "first_password"
    (tmp_path / "a file").write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        command_output()
    assert not User.objects.exists()


def test_each_site_gets_a_different_password(first_password_file):
    command_output()
    first = first_password_file.read_text()
    User.objects.all().delete()
    command_output()
    assert first_password_file.read_text() not in ("", first)


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
    assert apps == {model._meta.app_label for model in curated_models()} | {
        "correction_requests", "curation", "history", "intake",
    }  # fmt: skip
    user.account_state.delete()
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
