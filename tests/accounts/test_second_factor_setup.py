"""The set-up of the second factor rejects a forged secret and shows recovery codes once."""

import re
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from sco_cities.accounts.second_factor import devices
from tests.curation.admin_client import errors_in, messages_in, soup

from .login_steps import (
    CODE_PAGE,
    SETUP_PAGE,
    Person,
    give_code,
    give_password,
    is_inside,
    logged_in,
    make_older,
    make_person,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]


def secret_of(client) -> str:
    """The secret that the set-up page of the client shows, as hexadecimal digits."""
    text = soup(client.get(SETUP_PAGE)).select_one(".secret").text
    return b32decode(text.replace(" ", "")).hex()


@pytest.fixture
def newcomer():
    return make_person("eve", enrolled=False)


def test_at_the_next_login_every_page_redirects_to_the_set_up(newcomer):
    client = Client()
    give_password(client, newcomer)
    for page in ("/admin/", "/admin/initiatives/initiative/", "/admin/account/", CODE_PAGE):
        assert client.get(page)["Location"].startswith(f"{SETUP_PAGE}?next=")
    assert client.get("/admin/second-factor/qr.svg").status_code == 404
    # A GET request stores nothing, because the secret is created when the form is submitted.
    assert "login_new_authenticator" not in client.session
    client.get(SETUP_PAGE)
    assert "login_new_authenticator" not in client.session
    assert client.post(SETUP_PAGE, {"next": "/admin/imports/"})["Location"] == (
        f"{SETUP_PAGE}?next=%2Fadmin%2Fimports%2F"
    )
    newcomer.key = secret_of(client)
    picture = client.get("/admin/second-factor/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    assert b"style" not in picture.content
    wrong = client.post(SETUP_PAGE, {"code": "000000"})
    assert "does not match the secret" in errors_in(wrong)
    assert not TOTPDevice.objects.exists()
    done = client.post(SETUP_PAGE, {"code": newcomer.code(), "next": "/admin/imports/"})
    codes = [code.text for code in soup(done).select("#recovery-codes code")]
    assert len(set(codes)) == 10
    assert all(re.fullmatch("[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", code) for code in codes)
    assert soup(done).select_one('#content-main a[href="/admin/imports/"]')
    assert client.get("/admin/imports/").status_code == 200
    # The recovery codes are shown once, and the code of the confirmation cannot be used again.
    assert codes[0] not in client.get("/admin/account/").text
    other = Client()
    give_password(other, newcomer)
    give_code(other, newcomer.code())
    assert not is_inside(other)
    newcomer.forget_used_codes()
    give_code(other, codes[0])
    assert is_inside(other)


def test_a_set_up_needs_the_token_of_the_form(newcomer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(newcomer.user)
    assert client.post(SETUP_PAGE).status_code == 403
    session = client.session
    session["login_new_authenticator"] = newcomer.key = devices.new_key()
    session.save()
    assert client.post(SETUP_PAGE, {"code": newcomer.code()}).status_code == 403
    assert not TOTPDevice.objects.exists()


def test_a_set_up_needs_the_password_just_given(newcomer):
    client = Client()
    give_password(client, newcomer)
    client.post(SETUP_PAGE)
    newcomer.key = secret_of(client)
    make_older(client, 16 * 60, "password_at")
    response = client.post(SETUP_PAGE, {"code": newcomer.code()}, follow=True)
    assert response.request["PATH_INFO"] == "/admin/login/"
    assert "not finished within 15 minutes" in messages_in(response)[0]
    assert not TOTPDevice.objects.exists()


def test_a_session_cannot_confirm_the_secret_of_another(newcomer):
    mine, theirs = Client(), Client()
    for client in (mine, theirs):
        give_password(client, newcomer)
        client.post(SETUP_PAGE)
    newcomer.key = secret_of(mine)
    assert secret_of(theirs) != newcomer.key
    theirs.post(SETUP_PAGE, {"code": newcomer.code()})
    assert not TOTPDevice.objects.exists()
    mine.post(SETUP_PAGE, {"code": newcomer.code()})
    assert is_inside(mine)
    # The second session is accepted only with a code for the secret of the first.
    their_key = theirs.session["login_new_authenticator"]
    assert theirs.post(SETUP_PAGE, {"code": "000000"})["Location"] == CODE_PAGE
    newcomer.key = their_key
    give_code(theirs, newcomer.code())
    assert not is_inside(theirs)


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_that_confirm_at_the_same_time_one_succeeds():
    user = make_person("eve", enrolled=False).user
    keys = [devices.new_key() for _browser in range(4)]

    def confirm(key):
        try:
            code = Person("eve", key).code()
            return devices.set_up(user, key, code, replaces=None) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(confirm, keys)) == 1
    assert TOTPDevice.objects.count() == 1
    assert devices.count_recovery_codes(user) == 10


def test_an_account_with_a_device_cannot_set_up_another_with_the_password_alone(ada, half_open):
    assert half_open.post(SETUP_PAGE)["Location"] == CODE_PAGE
    # The same applies to a session that contains a secret.
    session = half_open.session
    session["login_new_authenticator"] = devices.new_key()
    session.save()
    half_open.post(SETUP_PAGE, {"code": ada.code()})
    assert TOTPDevice.objects.get().key == ada.key


def test_another_device_is_set_up_after_a_recent_code_and_replaces_the_first(ada):
    client = logged_in(ada)
    make_older(client, 16 * 60, "code_at", "password_at")
    assert client.get(SETUP_PAGE)["Location"].startswith(CODE_PAGE)
    give_code(client, ada.code())
    old_key, old_codes, other = ada.key, ada.recovery_codes, logged_in(ada)
    client.post(SETUP_PAGE)
    ada.key = secret_of(client)
    assert TOTPDevice.objects.get().key == old_key
    client.post(SETUP_PAGE, {"code": ada.code()})
    assert TOTPDevice.objects.get().key == ada.key != old_key
    assert is_inside(client)
    # Other sessions of the account require a code of the new device.
    assert not is_inside(other)
    give_code(other, old_codes[0])
    assert not is_inside(other)


def test_new_recovery_codes_replace_the_old_ones(ada):
    client = logged_in(ada)
    assert soup(client.get("/admin/account/")).select_one("#recovery-codes-help").text == (
        "Earlier codes stop working immediately. The new codes are shown only once."
    )
    response = client.post("/admin/account/recovery-codes/")
    codes = [code.text for code in soup(response).select("#recovery-codes code")]
    assert len(codes) == 10
    assert not set(codes) & set(ada.recovery_codes)
    other = Client()
    give_password(other, ada)
    give_code(other, ada.recovery_codes[0])
    assert not is_inside(other)
    ada.forget_used_codes()
    give_code(other, codes[0])
    assert is_inside(other)
