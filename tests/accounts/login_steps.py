"""Logs in step by step, like a person with an authenticator app."""

import time
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from sco_cities.accounts.second_factor import devices

from .roles import PASSWORD, make_account

CODE_PAGE, SETUP_PAGE = "/admin/second-factor/", "/admin/second-factor/set-up/"


@dataclass
class Person:
    """An account, with the authenticator and recovery codes of its owner."""

    name: str
    key: str = ""
    recovery_codes: list[str] = field(default_factory=list)
    used_at: float = 0

    @property
    def user(self):
        return get_user_model().objects.get(username=self.name)

    def code(self, step: int = 0) -> str:
        """The code that the app shows now, or `step` times 30 seconds later."""
        totp = TOTP(bytes.fromhex(self.key))
        totp.time = time.time() + 30 * step
        return f"{totp.token():06d}"

    def forget_used_codes(self) -> None:
        """Makes the current code usable again, and ends the wait after wrong codes."""
        TOTPDevice.objects.filter(user=self.user).update(last_t=-1, throttling_failure_count=0)
        StaticDevice.objects.filter(user=self.user).update(throttling_failure_count=0)


def make_person(name: str = "ada", role: str = "administrator", enrolled: bool = True) -> Person:
    """A person with an account in this role, who has set up an authenticator."""
    user = make_account(name, role)
    person = Person(name)
    if enrolled:
        person.key = devices.new_key()
        _device, person.recovery_codes = devices.set_up(user, person.key, person.code(), replaces=None)
        person.forget_used_codes()
    return person


def give_password(client: Client, person: Person, password: str = PASSWORD, next_page: str = "/admin/"):
    return client.post(
        reverse("admin:login"), {"username": person.name, "password": password, "next": next_page}
    )


def give_code(client: Client, code: str, page: str = CODE_PAGE, **data):
    return client.post(page, {"second_factor_code": code, **data})


def logged_in(person: Person) -> Client:
    """A client that has submitted the password and a code."""
    client = Client()
    give_password(client, person)
    person.forget_used_codes()
    assert give_code(client, person.code()).status_code == 302
    person.forget_used_codes()
    return client


def make_older(client: Client, seconds: float, *names: str) -> None:
    """Moves times of the session into the past. Their names are "begun", "used", "password_at" and "code_at"."""
    session = client.session
    for name in names:
        session[f"login_{name}"] -= seconds
    session.save()


def is_inside(client: Client) -> bool:
    return client.get("/admin/").status_code == 200
