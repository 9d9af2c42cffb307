"""The login middleware. A user who has entered only the password can open only the next login step."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from sco_cities.ops.request_info import is_in_admin

from .carried_form import carrying_page
from .login_session import LoginSession, LoginStep

# Admin pages that need no login.
OPEN_PAGES = {"login", "logout", "language", "jsi18n"}
# Scripts request these pages even while the user is idle, so they do not count as activity.
PAGES_WITHOUT_ACTIVITY = {"ping_form"}
# The pages available at each step. All other pages redirect to the first of them.
STEP_PAGES = {
    LoginStep.CODE: ("second_factor",),
    LoginStep.NEW_PASSWORD: ("password_change",),
    LoginStep.SECOND_FACTOR_SETUP: ("second_factor_setup", "second_factor_qr"),
}


class LoginStepsMiddleware:
    """Keeps `request.user` anonymous until the login is complete, and redirects to the next login step.

    `request.login_session` is the login's session, or None if there is no login.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.login_session = SimpleLazyObject(
            lambda: LoginSession(request, user) if user.is_authenticated else None
        )
        # Lazy, because public pages need neither the session nor the user.
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
