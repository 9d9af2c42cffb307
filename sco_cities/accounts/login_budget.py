"""The login budget: how many passwords a client, an account and a process try before any of them is hashed.

Hashing a password takes a tenth of a second and more, on purpose. Without a budget a few clients that guess passwords
use up the processors, and readers wait. The counts are in the memory of each process, so that a refusal costs no query:
with several processes a client has the budget of each.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.forms import UsernameField
from django.core import signing
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from sco_cities.ops import database_slots
from sco_cities.ops.client_address import client_address, client_network
from sco_cities.ops.rate_limit import RateLimit
from sco_cities.site.error_pages import ErrorPage, error_page

from .lockout import was_compared

log = logging.getLogger("sco_cities.security")

TRIES_PER_ADDRESS, ADDRESS_PERIOD_S = 20, 60
# One client may have all addresses of a network.
TRIES_PER_NETWORK = 40
TRIES_PER_ACCOUNT, ACCOUNT_PERIOD_S = 100, 60 * 60
# How often those who know an account may still try it where others have used up the tries of their address.
TRIES_FROM_KNOWN_DEVICES = 10
# One login is hashed at a time and one may wait so long; others are refused, since each holds a thread while it waits.
MAX_LOGINS, MAX_WAIT_S = 2, 2
BUSY_RETRY_S = 5
# A device that has logged in to an account before is not refused because of others who guess passwords.
DEVICE_SALT = "sco_cities.accounts.known_device"
DEVICE_AGE_S = 90 * 24 * 60 * 60
LOG_EVERY_S = 60
# Reads a name as the form does, so that no spelling of it has a count of its own; longer names belong to no account.
_NAME = UsernameField(max_length=150)

TOO_MANY_TRIES = (
    429,
    _("Too many login attempts"),
    _("Too many attempts to log in came from this network. No password was checked."),
    _("Try again in a minute. Everything but the login still works:"),
)
ACCOUNT_BUSY = (
    429,
    _("Too many login attempts"),
    _("Somebody has tried many passwords for this account. No password was checked."),
    _(
        "Log in on a device that you have used before, or try again in an hour. Everything but the login still works:"
    ),
)
SITE_BUSY = (
    503,
    _("Too many logins at once"),
    _("Many people are logging in at this moment. No password was checked."),
    _("Go back and try again in a few seconds. Everything but the login still works:"),
)


class LoginBudgetMiddleware:
    """Refuses logins that exceed the budget: before the session, the database and the hash of the password."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.by_address = RateLimit(TRIES_PER_ADDRESS, ADDRESS_PERIOD_S)
        self.by_network = RateLimit(TRIES_PER_NETWORK, ADDRESS_PERIOD_S)
        self.by_account = RateLimit(TRIES_PER_ACCOUNT, ACCOUNT_PERIOD_S)
        self.from_known_devices = RateLimit(TRIES_FROM_KNOWN_DEVICES, ADDRESS_PERIOD_S)
        self.places = threading.BoundedSemaphore(MAX_LOGINS)
        self.turn = threading.Lock()
        # A flood must not fill the log.
        self.log_lines = RateLimit(1, LOG_EVERY_S)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path_info != resolve_url(settings.LOGIN_URL):
            return self.get_response(request)
        # A Unix socket whose proxy names no client has no address: all clients would share one budget.
        address = client_address(request)
        wait_s = 0
        if address is not None:
            # A refused address does not use up the tries of its network.
            wait_s = self.by_address.take(address) or self.by_network.take(client_network(request))
        device = _account_of_device(request)
        if wait_s and device is None:
            # Without reading the body.
            return self._refuse(request, TOO_MANY_TRIES, wait_s, address)
        try:
            account = _NAME.to_python(request.POST.get("username", ""))
        except UnreadablePostError:
            # The client has gone; the check of the form's token refuses what is left of the request.
            return self.get_response(request)
        is_known = device == account
        if wait_s and is_known:
            wait_s = self.from_known_devices.take(account)
        if wait_s:
            return self._refuse(request, TOO_MANY_TRIES, wait_s, address)
        with self._turn() as is_mine:
            if not is_mine:
                return self._refuse(request, SITE_BUSY, BUSY_RETRY_S, address)
            if not is_known and (wait_s := self.by_account.take(account)):
                return self._refuse(request, ACCOUNT_BUSY, wait_s, address)
            response = self.get_response(request)
            if not is_known and not was_compared(request):
                # Otherwise one client could use up the tries of an account by those that guess nothing.
                self.by_account.give_back(account)
        user = getattr(request, "user", None)
        session = getattr(request, "login_session", None)
        user = session.user if session else user
        if response.status_code == 302 and user is not None and user.is_authenticated:
            _remember_device(response, user.get_username())
        return response

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Waits for the turn of this login; False if others wait already, or for too long."""
        if not self.places.acquire(blocking=False):
            yield False
            return
        try:
            is_mine = database_slots.wait_for(self.turn, MAX_WAIT_S)
            try:
                yield is_mine
            finally:
                if is_mine:
                    self.turn.release()
        finally:
            self.places.release()

    def _refuse(self, request: HttpRequest, page: tuple, wait_s: int, address: str | None) -> HttpResponse:
        if not self.log_lines.take(""):
            log.warning('login_budget_exceeded address="%s" status=%d', address or "", page[0])
        response = error_page(request, ErrorPage(*page, retry_after_s=wait_s))
        # Django would log each.
        response._has_been_logged = True
        return response


def _account_of_device(request: HttpRequest) -> str | None:
    """The user name of the account to which this device has logged in last, or None."""
    cookie = request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE_NAME, "")
    try:
        return signing.loads(cookie, salt=DEVICE_SALT, max_age=DEVICE_AGE_S)
    except signing.BadSignature:
        return None


def _remember_device(response: HttpResponse, account: str) -> None:
    response.set_cookie(
        settings.KNOWN_DEVICE_COOKIE_NAME,
        signing.dumps(account, salt=DEVICE_SALT),
        max_age=DEVICE_AGE_S,
        path=resolve_url(settings.LOGIN_URL),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
