"""Throttled logins: whose attempts are counted together, and what somebody who is locked out reads.

django-axes counts wrong passwords by user name and address, so that a stranger cannot lock a curator out of
the curator's own office.
"""

import ipaddress
import math
from datetime import datetime

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sco_cities.site.error_pages import ErrorPage, error_page

# Whoever has one address of an IPv6 network usually has all of it.
IPV6_NETWORK_BITS = 64


def client_username(request: HttpRequest, credentials: dict | None) -> str:
    """The user name that a login is counted under: as much of it as the table of attempts has room for."""
    given = (credentials or request.POST).get("username") or ""
    return given[: AccessAttempt._meta.get_field("username").max_length]


def client_address(request: HttpRequest) -> str | None:
    """The address that a login comes from; of an IPv6 address, its network.

    Without HTTPS=1 it is the other end of the connection, whatever the request's headers say. With HTTPS=1
    that end is the one TLS proxy, and the address is the last one in X-Forwarded-For, which the proxy saw and
    added itself. Those before it came with the request and are whatever its sender made up.
    """
    candidates = [request.META.get("REMOTE_ADDR", "")]
    if settings.HTTPS:
        candidates.insert(0, request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip())
    for candidate in candidates:
        try:
            address = ipaddress.ip_address(candidate)
        except ValueError:
            continue
        if address.version == 4:
            return str(address)
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address.packed, IPV6_NETWORK_BITS), strict=False).network_address)
    # A Unix socket has no address; attempts are then counted by user name alone.
    return None


def lockout_response(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """The page (429) for a login that is refused whatever the password; it says when to try again."""
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
    counted = AccessAttempt.objects.filter(
        username=client_username(request, credentials), ip_address=request.axes_ip_address
    )
    last = counted.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    return last + get_cool_off(request)
