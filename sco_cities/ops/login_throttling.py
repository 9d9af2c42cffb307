"""Login throttling: how django-axes identifies a client, and the page for a client that is locked out.

Failed logins are counted by user name and IP address, so that an attacker elsewhere cannot lock a curator out.
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

# A client with one address of an IPv6 network usually has the whole network.
IPV6_NETWORK_BITS = 64


def client_username(request: HttpRequest, credentials: dict | None) -> str:
    """The user name of a login attempt, cut to the column width of the attempts table."""
    given = (credentials or request.POST).get("username") or ""
    return given[: AccessAttempt._meta.get_field("username").max_length]


def client_address(request: HttpRequest) -> str | None:
    """The IP address of the client; for IPv6, its network.

    Without HTTPS=1 it is the peer of the connection, and forwarding headers are ignored. With HTTPS=1 the peer is the
    TLS proxy, and the client is the last entry of X-Forwarded-For, which the proxy itself added. The entries before it
    came with the request and may be forged.
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
    # A Unix socket has no address: attempts are counted by user name only.
    return None


def lockout_response(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """The 429 page for a client that is locked out; it shows when to try again."""
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
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    return last + get_cool_off(request)
