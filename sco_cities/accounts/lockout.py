"""The lockout after wrong passwords, with corrections to django-axes and the page for locked-out clients.

Failed logins are counted per user name and IP address, so that an attacker elsewhere cannot lock a curator out.
`login_limits` limits the attempts of a client over all user names.
"""

import math
from datetime import datetime

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sco_cities.site.error_pages import ErrorPage, error_page

from .second_factor import devices


class LockoutHandler(AxesDatabaseHandler):
    """Counts attempts like django-axes, but treats future attempts as current, in case the clock was corrected."""

    def get_user_attempts(self, request, credentials=None):
        now = request.axes_attempt_time
        for attempts in self.filter_user_attempts(request, credentials):
            attempts.filter(attempt_time__gt=now).update(attempt_time=now)
        return super().get_user_attempts(request, credentials)


def unlock(account) -> bool:
    """Ends an account's lockouts and its wait after wrong codes. Returns True if there were any."""
    deleted, _by_model = AccessAttempt.objects.filter(username=account.get_username()).delete()
    return devices.reset_throttling(account) or deleted > 0


def delete_ended() -> int:
    """Deletes failed attempts after their lockout, because the user names may be passwords. Returns their number."""
    ended = AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - get_cool_off())
    return ended.delete()[0]


def was_compared(request: HttpRequest) -> bool:
    """Returns True if a login's password was checked, which requires a complete form with a token, and no lockout."""
    is_refused = getattr(request, "axes_locked_out", False) and request.axes_failures_since_start is None
    return hasattr(request, "axes_attempt_time") and not is_refused


def client_username(request: HttpRequest, credentials: dict | None) -> str:
    """Returns the user name of a login attempt, truncated to the width of the database column."""
    given = (credentials or request.POST).get("username") or ""
    return given[: AccessAttempt._meta.get_field("username").max_length]


def lockout_response(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """Returns the 429 page for a locked-out client, which gives the time of the next allowed attempt."""
    until = _locked_until(request, credentials)
    wait_s = max(1, math.ceil((until - timezone.now()).total_seconds()))
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


def _locked_until(request: HttpRequest, credentials: dict | None) -> datetime:
    attempts = AccessAttempt.objects.filter(
        username=client_username(request, credentials), ip_address=request.axes_ip_address
    )
    now = timezone.now()
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or now
    return min(last, now) + get_cool_off(request)
