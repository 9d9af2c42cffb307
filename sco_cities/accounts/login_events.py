"""Receivers of Django's login signals: they begin the session of a login and write the security log."""

from django.contrib.auth.signals import user_logged_in, user_login_failed

from . import login_session, security_log
from .lockout import client_username, was_compared
from .models import SecurityEventKind


def connect() -> None:
    """Connects the receivers. Those of django-axes, which come first, have then counted the attempt."""
    user_logged_in.connect(_logged_in, dispatch_uid="accounts.logged_in")
    user_login_failed.connect(_login_failed, dispatch_uid="accounts.login_failed")


def _logged_in(sender, request, user, **kwargs) -> None:
    login_session.begin(request, user)
    security_log.record(SecurityEventKind.LOGIN, user.get_username(), request=request)


def _login_failed(sender, credentials, request=None, **kwargs) -> None:
    if request is None:
        return
    account = security_log.name_of_attempt(client_username(request, credentials).replace("\0", ""))
    if not was_compared(request):
        security_log.record(SecurityEventKind.LOGIN_REFUSED, account, request=request)
        return
    security_log.record(SecurityEventKind.LOGIN_FAILED, account, request=request)
    if request.axes_locked_out:
        security_log.record(SecurityEventKind.LOCKED_OUT, account, request=request)
