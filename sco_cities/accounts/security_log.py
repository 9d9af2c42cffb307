"""The security log, with an entry for each login, code entry, and change of a password or permissions.

Each entry is written both to the log and to a table. A user name that has no account may be a password typed in the
wrong field. The log stores a fingerprint of this name, which distinguishes names but cannot be reversed.
"""

import json
import logging
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sco_cities.ops.rate_limit import client_address

from . import login_session
from .login_limits import client_username, was_compared
from .models import SecurityEvent, SecurityEventKind

log = logging.getLogger("sco_cities.security")

KEPT_DAYS = 90
# Prevents a flood of failed logins from filling the disk.
MAX_EVENTS = 200_000
# Old events are deleted at each login and, during a flood of failed logins, also after this many new events.
PRUNE_EVERY = 500


def record(
    kind: SecurityEventKind,
    account: str,
    *,
    request: HttpRequest | None = None,
    made_by: str = "",
    detail: str = "",
) -> None:
    """Records an event for the account with this user name. Commands pass no request."""
    event = SecurityEvent(
        at=timezone.now(),
        kind=kind,
        account=account[:150],
        address=client_address(request) if request is not None else None,
        made_by=made_by[:150],
        detail=detail[:500],
    )
    event.save(force_insert=True)
    values = {"account": event.account, "address": event.address, "by": event.made_by, "detail": event.detail}
    # Values are quoted as JSON, so that a user name cannot forge a log line.
    log.info(" ".join([kind, *(f"{name}={json.dumps(value)}" for name, value in values.items() if value)]))
    if kind == SecurityEventKind.LOGIN or event.pk % PRUNE_EVERY == 0:
        prune()


def name_of_attempt(username: str) -> str:
    """Returns the user name of a login attempt as stored. Names without an account are stored as a fingerprint."""
    username = username[:150]
    if get_user_model()._default_manager.filter(username=username).exists():
        return username
    fingerprint = salted_hmac("sco_cities.accounts.unknown", username, algorithm="sha256").hexdigest()
    return f"unknown:{fingerprint[:8]}"


def prune() -> int:
    """Deletes events older than KEPT_DAYS, and the oldest events in excess of MAX_EVENTS. Returns their number."""
    deleted, _by_model = SecurityEvent.objects.filter(
        at__lt=timezone.now() - timedelta(days=KEPT_DAYS)
    ).delete()
    newest = SecurityEvent.objects.values_list("pk", flat=True).first()
    if newest is not None:
        deleted += SecurityEvent.objects.filter(pk__lte=newest - MAX_EVENTS).delete()[0]
    return deleted


def connect() -> None:
    """Connects the signal receivers.

    The receivers of django-axes run first, so they have already counted the attempt.
    """
    user_logged_in.connect(_logged_in, dispatch_uid="accounts.logged_in")
    user_login_failed.connect(_login_failed, dispatch_uid="accounts.login_failed")


def _logged_in(sender, request, user, **kwargs) -> None:
    login_session.begin(request, user)
    record(SecurityEventKind.LOGIN, user.get_username(), request=request)


def _login_failed(sender, credentials, request=None, **kwargs) -> None:
    if request is None:
        return
    account = name_of_attempt(client_username(request, credentials).replace("\0", ""))
    if not was_compared(request):
        record(SecurityEventKind.LOGIN_REFUSED, account, request=request)
        return
    record(SecurityEventKind.LOGIN_FAILED, account, request=request)
    if request.axes_locked_out:
        record(SecurityEventKind.LOCKED_OUT, account, request=request)
