"""The state of a login, with its start, last use and remaining steps, and the middleware that enforces the steps.

The times are stored in the session on the server, so clients cannot change them.
"""

import time
from enum import Enum

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from sco_cities.ops.request_info import is_in_admin

from .carried_form import carrying_page
from .models import AccountState

MAX_AGE_S = 12 * 60 * 60
MAX_IDLE_S = 2 * 60 * 60
# Interval between updates of the session's last use.
TOUCH_EVERY_S = 5 * 60
# Time limits for entering a code or adding a device after the password was entered, and for protected actions after a
# code was entered.
PASSWORD_IS_RECENT_S = CODE_IS_RECENT_S = 15 * 60

_BEGUN, _USED, _GENERATION = "login_begun", "login_used", "login_generation"
_DEVICE, _PASSWORD_AT, _CODE_AT = "login_device", "login_password_at", "login_code_at"


class SessionEnd(Enum):
    """Reasons for the end of a session, as messages to the user."""

    TOO_OLD = _("You were logged out after 12 hours. Log in again to continue.")
    IDLE = _("You were logged out after 2 hours without activity. Log in again to continue.")
    EVERYWHERE = _("You were logged out on all devices. Log in again to continue.")
    UNFINISHED = _("The login was not finished within 15 minutes. Log in again.")


class LoginStep(Enum):
    """The login steps after the password was entered, in order."""

    CODE = "code"
    NEW_PASSWORD = "new password"  # noqa: S105 - the name of a step
    SECOND_FACTOR_SETUP = "second factor setup"


def with_account_facts(users: QuerySet) -> QuerySet:
    """Annotates users with the data that `LoginSession` needs, which saves a query per request."""
    devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    return users.annotate(
        fact_generation=F("account_state__session_generation"),
        fact_first_password=F("account_state__first_password"),
        fact_device=Subquery(devices.order_by("-pk").values("pk")[:1]),
    )


class LoginSession:
    """The login session of a request. Its `user` has entered at least the password.

    The user was loaded by `with_account_facts`. `device` is the primary key of the account's confirmed authenticator.
    """

    def __init__(self, request: HttpRequest, user):
        self.session, self.user = request.session, user
        self.device: int | None = user.fact_device

    @property
    def end(self) -> SessionEnd | None:
        """The reason why the session has ended, or None while it is valid."""
        if self.session.get(_GENERATION, 0) != (self.user.fact_generation or 0):
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
        """The next step of the login, or None if the login is complete."""
        is_asked = is_factor_asked(self.user)
        if is_asked and self.device is not None and self.session.get(_DEVICE) != self.device:
            return LoginStep.CODE
        if self.user.fact_first_password and self.user.fact_first_password == self.user.password:
            return LoginStep.NEW_PASSWORD
        if is_asked and self.device is None:
            return LoginStep.SECOND_FACTOR_SETUP
        return None

    @property
    def is_password_recent(self) -> bool:
        return self._age(_PASSWORD_AT) <= PASSWORD_IS_RECENT_S

    @property
    def is_code_recent(self) -> bool:
        return _CODE_AT in self.session and self._age(_CODE_AT) <= CODE_IS_RECENT_S

    def touch(self) -> None:
        """Records that the session is in use. Writes only every few minutes, not for every request."""
        now = time.time()
        for name in (_BEGUN, _USED, _PASSWORD_AT, _CODE_AT):
            # If a time is in the future, because a clock was corrected, it is set to the current time. Sessions from an
            # earlier version of the site have no start time, so they start now.
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
    for name in (_DEVICE, _CODE_AT):
        request.session.pop(name, None)
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
        # would be lost and the login would end.
        request.session.cycle_key()
    request.session[_DEVICE] = device
    request.session[_CODE_AT] = time.time()


def end_all(user) -> None:
    """Ends all sessions of an account on all devices."""
    state, _created = AccountState.objects.select_for_update().get_or_create(user=user)
    state.session_generation += 1
    state.save(update_fields=["session_generation"])


def delete_expired() -> int:
    """Deletes expired sessions from the database. Returns their number."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


# Admin pages that need no login.
OPEN_PAGES = {"login", "logout", "language", "jsi18n"}
# Scripts request these pages even while the user is idle, so these requests do not extend the session.
PAGES_WITHOUT_ACTIVITY = {"ping_form"}
# The pages available at each step. All other pages redirect to the step's first page.
STEP_PAGES = {
    LoginStep.CODE: ("second_factor",),
    LoginStep.NEW_PASSWORD: ("password_change",),
    LoginStep.SECOND_FACTOR_SETUP: ("second_factor_setup", "second_factor_qr"),
}


class LoginStepsMiddleware:
    """Keeps `request.user` anonymous until the login is complete. Until then, only the next login step can be opened.

    `request.login_session` is the login's session, or None if there is no login.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.login_session = SimpleLazyObject(
            lambda: LoginSession(request, user) if user.is_authenticated else None
        )
        # The attribute is lazy, because public pages need neither the session nor the user.
        request.user = SimpleLazyObject(lambda: _user_with_complete_login(request, user))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not is_in_admin(request):
            return None
        login = request.login_session
        if not login:
            return carrying_page(request)
        if login.end:
            text = str(login.end.value)
            logout(request)
            messages.info(request, text)
            request.login_session = None
            return carrying_page(request)
        page = request.resolver_match.url_name
        if page not in PAGES_WITHOUT_ACTIVITY:
            login.touch()
        if login.step is None or page in OPEN_PAGES:
            return None
        pages = STEP_PAGES[login.step]
        if page in pages:
            request.user = login.user
            return None
        if page_with_form := carrying_page(request):
            return page_with_form
        if login.step == LoginStep.NEW_PASSWORD:
            messages.info(request, _("This password is valid for the first login only. Choose your own."))
        target = {"next": request.get_full_path()} if request.method in ("GET", "HEAD") else {}
        query = f"?{urlencode(target)}" if target else ""
        return HttpResponseRedirect(reverse(f"admin:{pages[0]}") + query)


def _user_with_complete_login(request: HttpRequest, user):
    login = request.login_session
    is_complete = login and login.end is None and login.step is None
    return user if is_complete else AnonymousUser()
