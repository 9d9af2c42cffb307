"""The state of a login, with its start, last use and remaining steps, stored in the session.

The times are stored in the session on the server, so clients cannot change them.
"""

import time
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from .models import AccountState

MAX_AGE_S = 12 * 60 * 60
MAX_IDLE_S = 2 * 60 * 60
# Interval for writing the time when the session was last used.
TOUCH_EVERY_S = 5 * 60
# Time limits for entering a code or adding a device after the password, and for protected actions after a code.
PASSWORD_IS_RECENT_S = CODE_IS_RECENT_S = 15 * 60

_BEGUN, _USED, _GENERATION = "login_begun", "login_used", "login_generation"
_DEVICE, _PASSWORD_AT, _CODE_AT = "login_device", "login_password_at", "login_code_at"
_FACTOR = (_DEVICE, _CODE_AT)


class SessionEnd(Enum):
    """Reasons for the end of a session, as messages to the user."""

    TOO_OLD = _("You were logged out after 12 hours. Log in again to continue.")
    IDLE = _("You were logged out after 2 hours without activity. Log in again to continue.")
    EVERYWHERE = _("You were logged out on all devices. Log in again to continue.")
    UNFINISHED = _("The login was not finished within 15 minutes. Log in again.")


class LoginStep(Enum):
    """The login steps after the password, in order."""

    CODE = "code"
    NEW_PASSWORD = "new password"  # noqa: S105 - the name of a step
    SECOND_FACTOR_SETUP = "second factor setup"


@dataclass(frozen=True)
class AccountFacts:
    """Stored facts about an account. `device` is the primary key of its confirmed authenticator."""

    session_generation: int
    must_change_password: bool
    device: int | None


def with_account_facts(users: QuerySet) -> QuerySet:
    """Annotates users with the data for `account_facts`, which saves a query per request."""
    devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    return users.annotate(
        fact_generation=F("account_state__session_generation"),
        fact_first_password=F("account_state__first_password"),
        fact_device=Subquery(devices.order_by("-pk").values("pk")[:1]),
    )


def account_facts(user) -> AccountFacts:
    """Returns the facts of an account that was loaded by `with_account_facts`."""
    first_password = user.fact_first_password
    must_change = bool(first_password) and first_password == user.password
    return AccountFacts(user.fact_generation or 0, must_change, user.fact_device)


class LoginSession:
    """The session of a request whose `user` has entered at least the password."""

    def __init__(self, request: HttpRequest, user):
        self.session, self.user = request.session, user
        self.facts = account_facts(user)

    @property
    def end(self) -> SessionEnd | None:
        """The reason why the session has ended. None while it is valid."""
        if self.session.get(_GENERATION, 0) != self.facts.session_generation:
            return SessionEnd.EVERYWHERE
        if self._age(_BEGUN) > MAX_AGE_S:
            return SessionEnd.TOO_OLD
        if self._age(_USED) > MAX_IDLE_S:
            return SessionEnd.IDLE
        if self.step in (LoginStep.CODE, LoginStep.SECOND_FACTOR_SETUP) and not self.is_password_recent:
            return SessionEnd.UNFINISHED
        return None

    @property
    def step(self) -> LoginStep | None:
        """The next step of the login. None if the login is complete."""
        is_asked = is_factor_asked(self.user)
        if is_asked and self.facts.device is not None and self.session.get(_DEVICE) != self.facts.device:
            return LoginStep.CODE
        if self.facts.must_change_password:
            return LoginStep.NEW_PASSWORD
        if is_asked and self.facts.device is None:
            return LoginStep.SECOND_FACTOR_SETUP
        return None

    @property
    def is_password_recent(self) -> bool:
        return self._age(_PASSWORD_AT) <= PASSWORD_IS_RECENT_S

    @property
    def is_code_recent(self) -> bool:
        return _CODE_AT in self.session and self._age(_CODE_AT) <= CODE_IS_RECENT_S

    def touch(self) -> None:
        """Records that the session is in use. It writes every few minutes, not on every request."""
        now = time.time()
        for name in (_BEGUN, _USED, _PASSWORD_AT, _CODE_AT):
            # Times in the future, from before a clock was corrected, are set to now. Sessions from an earlier version
            # have no start time and start now.
            if name in self.session and self.session[name] > now + TOUCH_EVERY_S:
                self.session[name] = now
        self.session.setdefault(_BEGUN, now)
        if now - self.session.get(_USED, 0) > TOUCH_EVERY_S:
            self.session[_USED] = now

    def _age(self, name: str) -> float:
        return max(0, time.time() - self.session.get(name, time.time()))


def is_factor_asked(user) -> bool:
    """Returns True if the account needs a second factor."""
    return settings.SECOND_FACTOR == "staff" and user.is_staff


def begin(request: HttpRequest, user) -> None:
    """Starts the session of a login after the password was entered."""
    now = time.time()
    forget_factor(request)
    request.session.update({_BEGUN: now, _USED: now, _PASSWORD_AT: now})
    generation = AccountState.objects.filter(user=user).values_list("session_generation", flat=True).first()
    request.session[_GENERATION] = generation or 0


def password_given(request: HttpRequest) -> None:
    """Records that the password has just been entered again."""
    request.session[_PASSWORD_AT] = time.time()


def code_given(request: HttpRequest, device: int) -> None:
    """Records that an authenticator code or a recovery code has just been entered."""
    if request.login_session.step is not None:
        # A new session key keeps anyone who knew the old key from gaining the new permissions. A session that already
        # has these permissions keeps its key. If saving failed in the same request (503), the cookie with a new key
        # would be lost, and with it the login.
        request.session.cycle_key()
    request.session[_DEVICE] = device
    request.session[_CODE_AT] = time.time()


def forget_factor(request: HttpRequest) -> None:
    for name in _FACTOR:
        request.session.pop(name, None)


def end_all(user) -> None:
    """Ends all sessions of an account on all devices."""
    state, _created = AccountState.objects.select_for_update().get_or_create(user=user)
    state.session_generation += 1
    state.save(update_fields=["session_generation"])


def delete_expired() -> int:
    """Deletes expired sessions from the database. Returns their number."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
