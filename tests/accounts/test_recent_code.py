"""Sensitive actions require a new code. Also tests a site without a second factor, and the reset command."""

import re
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from sco_cities.accounts.models import SecurityEvent
from sco_cities.accounts.second_factor import devices
from sco_cities.changes.recorder import record_changes
from sco_cities.history.models import ChangeSource
from sco_cities.imports.models import ImportJob
from tests import factories as make
from tests.curation.admin_client import admin_url, client_with_role, messages_in, soup
from tests.history.snapshots import create_recorded

from .login_steps import (
    CODE_PAGE,
    PASSWORD,
    SETUP_PAGE,
    give_code,
    give_password,
    is_inside,
    logged_in,
    make_older,
    make_person,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]


def protected_pages():
    first, second = make.make_city("betaville"), make.make_city("betavile")
    _city, single = create_recorded(make.make_city, "gammaville")
    return {
        "merge": f"/admin/duplicates/cities/{first.pk}/{second.pk}/", "imports": "/admin/imports/",
        "users": "/admin/auth/user/", "groups": "/admin/auth/group/", "new user": "/admin/auth/user/add/",
        "single": f"/admin/changes/{single.pk}/take-back/",
    }  # fmt: skip


def test_the_most_harmful_actions_require_a_new_code_after_15_minutes(ada):
    pages = protected_pages()
    client = logged_in(ada)
    for page in pages.values():
        assert (page, client.get(page).status_code) == (page, 200)
    make_older(client, 16 * 60, "code_at")
    # The revert of a single record does not require a new code.
    assert client.get(pages.pop("single")).status_code == 200
    for page in pages.values():
        assert client.get(page)["Location"].startswith(f"{CODE_PAGE}?next=%2Fadmin%2F")
    assert is_inside(client)
    assert give_code(client, ada.code(), next=pages["users"])["Location"] == pages["users"]
    for page in pages.values():
        assert client.get(page).status_code == 200


def test_the_revert_of_a_batch_asks_for_a_code_again(ada):
    cities = [make.make_city(slug) for slug in ("alphaville", "betaville")]
    with record_changes(ChangeSource.EDIT) as recorder:
        recorder.note_created(cities)
    client = logged_in(ada)
    page = f"/admin/changes/{recorder.change_set.pk}/take-back/"
    assert client.get(page).status_code == 200
    make_older(client, 16 * 60, "code_at")
    assert client.get(page)["Location"].startswith(CODE_PAGE)


def test_a_form_that_was_sent_too_late_is_kept_and_saved_with_the_code(ada):
    client = logged_in(ada)
    make_older(client, 16 * 60, "code_at")
    form = {"name": "guests & <friends>", "_save": "Save"}
    page = client.post("/admin/auth/group/add/", form)
    assert page.status_code == 200
    fields = {
        field["name"]: field.get("value", "")
        for field in soup(page).select("#content-main form")[0].select("input[name]")
    }
    assert form.items() <= fields.items()
    assert client.post("/admin/auth/group/add/", fields | {"second_factor_code": "000000"}).status_code == 200
    assert not Group.objects.filter(name=form["name"]).exists()
    ada.forget_used_codes()
    assert (
        client.post("/admin/auth/group/add/", fields | {"second_factor_code": ada.code()}).status_code == 302
    )
    assert Group.objects.filter(name=form["name"]).exists()


def test_a_form_that_cannot_be_saved_with_the_code_does_not_end_the_login(ada, monkeypatch):
    client = logged_in(ada)
    client.raise_request_exception = False
    make_older(client, 16 * 60, "code_at")
    form = {"name": "guests", "_save": "Save"}

    def fail(*arguments):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(Group, "save", fail)
        data = form | {"second_factor_code": ada.code()}
        assert client.post("/admin/auth/group/add/", data).status_code == 503
    assert is_inside(client)
    # The code has been used, and the form is kept until the next code is entered.
    page = client.post("/admin/auth/group/add/", data)
    assert soup(page).select_one("#content-main [name=name]")["value"] == "guests"
    ada.forget_used_codes()
    assert client.post("/admin/auth/group/add/", data).status_code == 302
    assert Group.objects.filter(name="guests").exists()


def test_a_file_that_was_sent_too_late_must_be_chosen_again(ada):
    client = logged_in(ada)
    make_older(client, 16 * 60, "code_at")
    data = {"kind": "initiatives", "file": ContentFile(b"slug\r\nlamps\r\n", "lamps.csv")}
    response = client.post("/admin/imports/", data, follow=True)
    assert response.request["PATH_INFO"] == CODE_PAGE
    assert "choose the file again" in messages_in(response)[0]
    assert not ImportJob.objects.exists()
    assert give_code(client, ada.code(), next="/admin/imports/")["Location"] == "/admin/imports/"


def test_after_five_wrong_codes_on_a_sent_form_the_login_ends(ada):
    client = logged_in(ada)
    make_older(client, 16 * 60, "code_at")
    for _number in range(4):
        assert client.post("/admin/auth/group/add/", {"second_factor_code": "no"}).status_code == 200
    assert client.post("/admin/auth/group/add/", {"second_factor_code": "no"})["Location"] == "/admin/login/"
    assert not is_inside(client)


# The site without a second factor, and the command


@pytest.mark.parametrize("enrolled", [False, True])
def test_without_a_second_factor_no_code_is_requested(settings, enrolled):
    settings.SECOND_FACTOR = "off"
    person = make_person(enrolled=enrolled)
    client = Client()
    give_password(client, person)
    for page in protected_pages().values():
        assert client.get(page).status_code == 200
    assert client.get(SETUP_PAGE).status_code == client.get(CODE_PAGE).status_code == 404
    assert "Two-step" not in client.get("/admin/account/").text


def command(*arguments) -> str:
    output = StringIO()
    call_command("second_factor", *arguments, stdout=output)
    return output.getvalue()


def unlock(name: str) -> str:
    output = StringIO()
    call_command("unlock", name, stdout=output)
    return output.getvalue()


def test_the_command_lists_who_has_a_second_factor(ada):
    make_person("ben", enrolled=False)
    lines = command().splitlines()
    assert re.fullmatch(r"ada: since \d{4}-\d\d-\d\d, recovery codes left: 10", lines[0])
    assert lines[1:] == ["ben: none"]


def test_the_command_resets_the_second_factor_and_ends_all_sessions(ada):
    ben, client = make_person("ben"), logged_in(ada)
    bens_client = logged_in(ben)
    assert "was removed" in command("--reset", "ada")
    assert not is_inside(client)
    assert is_inside(bens_client)
    give_password(client, ada)
    assert client.get("/admin/")["Location"].startswith(SETUP_PAGE)
    assert "had no second factor" in command("--reset", "ada")
    with pytest.raises(CommandError, match="no account “nobody”"):
        command("--reset", "nobody")


def test_the_command_ends_the_waits_after_wrong_codes_and_passwords(ada, time_machine):
    # The wait after one wrong code lasts a second.
    time_machine.move_to(timezone.now(), tick=False)
    ben = make_person("ben")
    for person in (ada, ben):
        for _number in range(5):
            give_password(Client(), person, "wrong")
        assert devices.check_code(person.user, "no code").device is None
    assert unlock("ada") == "ada is unlocked.\n"
    client = Client()
    assert give_password(client, ada).status_code == 302
    give_code(client, ada.recovery_codes[0])
    assert is_inside(client)
    assert give_password(Client(), ben).status_code == 429
    assert "Too many wrong codes" in devices.check_code(ben.user, ben.recovery_codes[0]).error
    assert unlock("ada") == "ada was not locked.\n"
    assert SecurityEvent.objects.filter(kind="unlocked").values_list("account", "detail").get() == (
        "ada",
        "by command",
    )
    with pytest.raises(CommandError, match="no account “nobody”"):
        unlock("nobody")


def test_the_secrets_of_accounts_are_on_no_page_of_the_admin(ada):
    root = get_user_model().objects.create_superuser("root", password=PASSWORD)
    person = make_person("eve")
    client = Client()
    client.force_login(root)
    session = client.session
    device = TOTPDevice.objects.create(user=root, name="authenticator")
    session["login_device"], session["login_code_at"] = device.pk, session["login_begun"]
    session.save()
    assert is_inside(client)
    for page in ("/admin/otp_totp/totpdevice/", "/admin/otp_static/staticdevice/"):
        assert client.get(page).status_code == 404
    assert person.key not in client.get(admin_url(person.user, "change")).text


def test_accounts_that_are_not_staff_are_not_asked():
    client = client_with_role("", "reader")
    type(client.user).objects.filter(pk=client.user.pk).update(is_staff=False)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
