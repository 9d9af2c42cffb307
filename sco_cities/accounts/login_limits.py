"""Limits login attempts per client, per account and per process, before any password is hashed.

Hashing a password deliberately takes a tenth of a second or more. Without limits, a few clients that guess passwords
would use up the CPU, and readers would wait. The counts are kept in the memory of each process, so a rejection needs no
query. With several processes, each process applies the limits separately.

After wrong passwords, django-axes locks out the user name and IP address of the attempts, so that an attacker elsewhere
cannot lock a curator out.
"""

import logging
import math
from collections.abc import Callable

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.forms import UsernameField
from django.core import signing
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sco_cities.ops import long_requests
from sco_cities.ops.rate_limit import ClientLimit, RateLimit, Turns, client_address
from sco_cities.site.error_pages import ErrorPage, error_page

from .second_factor import devices


class LockoutHandler(AxesDatabaseHandler):
    """Counts attempts like django-axes. After a clock correction, attempts in the future are treated as current."""

    def get_user_attempts(self, request, credentials=None):
        now = request.axes_attempt_time
        for attempts in self.filter_user_attempts(request, credentials):
            attempts.filter(attempt_time__gt=now).update(attempt_time=now)
        return super().get_user_attempts(request, credentials)


def unlock(account) -> bool:
    """Ends an account's lockouts and its wait after wrong codes. Returns True if there was a lockout or wait."""
    deleted, _by_model = AccessAttempt.objects.filter(username=account.get_username()).delete()
    return devices.reset_throttling(account) or deleted > 0


def delete_ended() -> int:
    """Deletes failed attempts whose lockout has ended, because a user name may be a password. Returns their number."""
    ended = AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - get_cool_off())
    return ended.delete()[0]


def was_compared(request: HttpRequest) -> bool:
    """Returns True if a login's password was checked, which requires a complete form with a token and no lockout."""
    is_refused = getattr(request, "axes_locked_out", False) and request.axes_failures_since_start is None
    return hasattr(request, "axes_attempt_time") and not is_refused


def client_username(request: HttpRequest, credentials: dict | None) -> str:
    """Returns the user name of a login attempt, truncated to the width of the database column."""
    given = (credentials or request.POST).get("username") or ""
    return given[: AccessAttempt._meta.get_field("username").max_length]


def lockout_response(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """Returns the 429 page for a locked-out client, which gives the time of the next allowed attempt."""
    attempts = AccessAttempt.objects.filter(
        username=client_username(request, credentials), ip_address=request.axes_ip_address
    )
    now = timezone.now()
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or now
    until = min(last, now) + get_cool_off(request)
    wait_s = max(1, math.ceil((until - now).total_seconds()))
    minutes = math.ceil(wait_s / 60)
    when = {"time": date_format(until, "H:i"), "minutes": minutes}
    return error_page(
        request,
        ErrorPage(
            429,
            _("Too many wrong passwords"),
            _("To protect the account, logins to it from this network are blocked for a while."),
            ngettext(
                (
                    "Try again in %(minutes)d minute, at %(time)s UTC, or ask an administrator. In the "
                    "meantime:"
                ),
                (
                    "Try again in %(minutes)d minutes, at %(time)s UTC, or ask an administrator. In the "
                    "meantime:"
                ),
                minutes,
            )
            % when,
            retry_after_s=wait_s,
        ),
    )


log = logging.getLogger("sco_cities.security")

TRIES_PER_ADDRESS, ADDRESS_PERIOD_S = 20, 60
# A single client may control every IP address of a network.
TRIES_PER_NETWORK = 40
TRIES_PER_ACCOUNT, ACCOUNT_PERIOD_S = 100, 60 * 60
# Additional attempts for known devices after other clients have used up the limit of the IP address.
TRIES_FROM_KNOWN_DEVICES = 10
# Passwords are hashed one at a time. One request may wait this many seconds for its turn. Other requests are rejected,
# because each waiting request occupies a thread.
MAX_WAITING, MAX_WAIT_S = 1, 2
BUSY_RETRY_S = 5
# Guesses from other devices never block a device that has already logged in to the account.
DEVICE_SALT = "sco_cities.accounts.known_device"
DEVICE_AGE_S = 90 * 24 * 60 * 60
LOG_EVERY_S = 60
# Normalises user names as the login form does, so that all spellings share one count. The length is the maximum length
# of a user name.
_NAME = UsernameField(max_length=150)

TOO_MANY_TRIES = (
    429,
    _("Too many login attempts"),
    _("Too many login attempts came from this network. Your password was not checked."),
    _("Try again in a minute. The rest of the site still works:"),
)
ACCOUNT_BUSY = (
    429,
    _("Too many login attempts"),
    _("There were too many failed logins to this account. Your password was not checked."),
    _(
        "Log in on a device that you have used before, or try again in an hour. The rest of the site still works:"
    ),
)
SITE_BUSY = (
    503,
    _("Too many simultaneous logins"),
    _("Many people are logging in at this moment. Your password was not checked."),
    _("Go back and try again in a few seconds. The rest of the site still works:"),
)


class LoginLimits:
    """The remaining login attempts of this process."""

    def __init__(self):
        self.by_client = ClientLimit(TRIES_PER_ADDRESS, TRIES_PER_NETWORK, ADDRESS_PERIOD_S)
        self.by_account = RateLimit(TRIES_PER_ACCOUNT, ACCOUNT_PERIOD_S)
        self.from_known_devices = RateLimit(TRIES_FROM_KNOWN_DEVICES, ADDRESS_PERIOD_S)
        self.turns = Turns(at_once=1, waiting=MAX_WAITING, max_wait_s=MAX_WAIT_S)
        # Limits the number of log lines during a flood of logins.
        self.log_lines = RateLimit(1, LOG_EVERY_S)

    def log_in(self, request: HttpRequest, view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
        """Calls `view` and returns its response, or rejects the login before the password is hashed."""
        wait_s = self.by_client.take(request)
        account, device = _NAME.to_python(request.POST.get("username", "")), _account_of_device(request)
        is_known = device == account
        if wait_s and is_known:
            wait_s = self.from_known_devices.take(account)
        if wait_s:
            return self._refuse(request, TOO_MANY_TRIES, wait_s)
        if not self.turns.take():
            return self._refuse(request, SITE_BUSY, BUSY_RETRY_S)
        try:
            if not is_known and (wait_s := self.by_account.take(account)):
                return self._refuse(request, ACCOUNT_BUSY, wait_s)
            response = long_requests.begin(request) or view(request)
        finally:
            self.turns.give_back()
        if not is_known and not was_compared(request):
            # Only checked passwords count. Otherwise, other requests could use up the attempts of an account.
            self.by_account.give_back(account)
        if response.status_code == 302 and request.user.is_authenticated:
            _remember_device(response, request.user.get_username())
        return response

    def _refuse(self, request: HttpRequest, page: tuple, wait_s: int) -> HttpResponse:
        if not self.log_lines.take(""):
            address = client_address(request) or ""
            log.warning('login_budget_exceeded address="%s" status=%d', address, page[0])
        response = error_page(request, ErrorPage(*page, retry_after_s=wait_s))
        # Django would otherwise log each rejected login.
        response._has_been_logged = True
        return response


limits = LoginLimits()


def _account_of_device(request: HttpRequest) -> str | None:
    """Returns the user name that this device last logged in with, or None."""
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
