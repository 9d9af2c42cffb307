"""The second factor at login rejects guesses, used codes and the codes of other accounts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from sco_cities.accounts.models import SecurityEvent
from sco_cities.accounts.second_factor import devices
from tests import factories as make
from tests.curation.admin_client import admin_url, errors_in, messages_in, soup

from .login_steps import (
    CODE_PAGE,
    SETUP_PAGE,
    give_code,
    give_password,
    is_inside,
    logged_in,
    make_person,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]


def test_a_password_alone_opens_no_page_of_the_admin(ada, half_open):
    lamps = make.make_initiative("lamps", state="draft")
    pages = ["/admin/", admin_url(lamps, "change"), "/admin/account/", "/admin/imports/", "/admin/nowhere/",
             "/admin/password_change/", "/admin/autocomplete/", SETUP_PAGE]  # fmt: skip
    for page in pages:
        response = half_open.get(page)
        assert (page, response.status_code) == (page, 302)
        assert response["Location"].startswith(f"{CODE_PAGE}?next=")
    assert half_open.post(admin_url(lamps, "delete"), {"post": "yes"})["Location"] == CODE_PAGE
    lamps.refresh_from_db()
    # Public pages do not show a draft either.
    assert half_open.get(lamps.get_absolute_url()).status_code == 404
    assert logged_in(ada).get(lamps.get_absolute_url()).status_code == 200


def test_a_code_after_the_password_opens_the_requested_page(ada, half_open):
    response = half_open.get("/admin/imports/", follow=True)
    assert response.request["PATH_INFO"] == CODE_PAGE
    (field,) = soup(response).select("[name=second_factor_code]")
    assert field["autocomplete"] == "one-time-code"
    data = {"next": soup(response).select_one("#content-main [name=next]")["value"]}
    before = half_open.session.session_key
    assert give_code(half_open, ada.code(), **data)["Location"] == "/admin/imports/"
    assert half_open.get("/admin/imports/").status_code == 200
    # The session that was opened with the password alone has ended.
    assert half_open.session.session_key != before


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_code_never_redirects_to_another_site(ada, half_open, target):
    assert give_code(half_open, ada.code(), next=target)["Location"] == "/admin/"


@pytest.mark.parametrize("step", [-1, 1])
def test_the_code_before_and_the_one_after_count_for_clocks_that_differ(ada, half_open, step):
    give_code(half_open, ada.code(step))
    assert is_inside(half_open)


@pytest.mark.parametrize("step", [-3, 3])
def test_codes_of_other_times_do_not_count(ada, half_open, step):
    give_code(half_open, ada.code(step))
    assert not is_inside(half_open)


@pytest.mark.parametrize(
    "entered", ["", " ", "000000", "12345", "abcdef", "１２３４５６", "\0", "x" * 5000, "-1", "1e5"]
)
def test_an_invalid_code_is_rejected_with_a_message(ada, half_open, entered):
    TOTPDevice.objects.update(key="00" * 20)
    if entered == ada.code():
        pytest.skip("one in a million")
    response = give_code(half_open, entered)
    assert response.status_code == 200
    assert errors_in(response)
    assert not is_inside(half_open)


def test_spaces_in_a_code_do_not_matter(ada, half_open):
    code = ada.code()
    give_code(half_open, f" {code[:3]} {code[3:]} ")
    assert is_inside(half_open)


# Attacks


def test_guesses_are_throttled_and_then_end_the_login(ada, half_open):
    wrong = "000000" if ada.code() != "000000" else "000001"
    assert "invalid" in errors_in(give_code(half_open, wrong))
    # For a second after a wrong code, even the correct code is rejected.
    response = give_code(half_open, ada.code())
    assert "Try again in 1 minute" in errors_in(response)
    give_code(half_open, wrong)
    give_code(half_open, wrong)
    response = give_code(half_open, wrong)
    assert response["Location"] == "/admin/login/"
    assert half_open.get(CODE_PAGE)["Location"].startswith("/admin/login/")
    # The throttle belongs to the device, so another login does not reset it.
    other = Client()
    give_password(other, ada)
    TOTPDevice.objects.update(throttling_failure_count=10)
    assert "Too many wrong codes. Try again in" in errors_in(give_code(other, ada.code()))
    assert not is_inside(other)


def test_a_thousand_guesses_at_once_compare_less_than_a_dozen_codes(ada, monkeypatch):
    compared = []
    original = TOTPDevice.throttle_increment
    monkeypatch.setattr(
        TOTPDevice,
        "throttle_increment",
        lambda self, commit=True: (compared.append(1), original(self, commit)),
    )
    for number in range(1000):
        devices.check_code(ada.user, f"{number:06d}")
    assert len(compared) < 12


def test_a_code_cannot_be_used_twice(ada, half_open):
    code = ada.code()
    give_code(half_open, code)
    assert is_inside(half_open)
    other = Client()
    give_password(other, ada)
    assert "has already been used" in errors_in(give_code(other, code))
    assert not is_inside(other)


def test_a_recovery_code_works_once_in_any_spelling(ada, half_open):
    code = ada.recovery_codes[3]
    response = half_open.post(CODE_PAGE, {"second_factor_code": code.upper().replace("-", " ")}, follow=True)
    assert is_inside(half_open)
    assert "Codes left: 9" in messages_in(response)[0]
    other = Client()
    give_password(other, ada)
    assert "invalid or has already been used" in errors_in(give_code(other, code))
    assert not is_inside(other)
    assert StaticToken.objects.count() == 9
    kinds = list(SecurityEvent.objects.values_list("kind", flat=True))
    assert kinds.count("recovery_code_used") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["authenticator", "recovery code"])
def test_of_many_simultaneous_requests_with_one_code_one_succeeds(ada, kind):
    user, code = ada.user, ada.code() if kind == "authenticator" else ada.recovery_codes[0]

    def check(_number):
        try:
            return devices.check_code(user, code).device is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(check, range(8))) == 1


def test_the_codes_of_another_account_do_not_count(ada, half_open):
    ben = make_person("ben")
    for code in (ben.code(), ben.recovery_codes[0]):
        ada.forget_used_codes()
        give_code(half_open, code)
        assert not is_inside(half_open)
    assert devices.count_recovery_codes(ben.user) == 10


def test_after_the_clock_was_put_right_no_wrong_code_locks_longer_than_its_wait(ada, half_open):
    TOTPDevice.objects.update(
        throttling_failure_count=3, throttling_failure_timestamp=timezone.now() + timedelta(days=2)
    )
    assert "Try again in 1 minute" in errors_in(give_code(half_open, ada.code()))
    assert TOTPDevice.objects.get().throttling_failure_timestamp <= timezone.now()


@pytest.mark.parametrize("kind", ["authenticator", "recovery code"])
@pytest.mark.parametrize("failures", [10, 11, 12, 40, 5000])
def test_no_number_of_wrong_codes_locks_longer_than_15_minutes(ada, kind, failures):
    model, code, wrong = (
        (TOTPDevice, ada.code(), "000000")
        if kind == "authenticator"
        else (StaticDevice, ada.recovery_codes[0], "no")
    )

    def wait(minutes):
        model.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(minutes=minutes))

    model.objects.update(throttling_failure_count=failures)
    wait(8)
    assert "Too many wrong codes" in devices.check_code(ada.user, code).error
    wait(15.1)
    # Another wrong code causes a wait of the same length, not of the initial length.
    assert "invalid or has already been used" in devices.check_code(ada.user, wrong).error
    wait(14.5)
    assert "Try again in 1 minute" in devices.check_code(ada.user, code).error
    wait(15.1)
    assert devices.check_code(ada.user, code).device is not None
    assert model.objects.get().throttling_failure_count == 0


def test_codes_are_accepted_only_with_the_token_of_the_form(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada.user)
    assert give_code(client, ada.code()).status_code == 403
    assert not is_inside(client)
