"""Pages to enter a code, at login and before sensitive actions, and to set up authenticators and recovery codes."""

from base64 import b32encode
from collections.abc import Callable
from functools import wraps
from io import BytesIO

import segno
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from sco_cities.accounts import login_session, security_log
from sco_cities.accounts.carried_form import posted_fields
from sco_cities.accounts.login_session import LoginStep
from sco_cities.accounts.models import SecurityEventKind
from sco_cities.accounts.views import next_url, post_or_redirect, render_account_page

from . import devices

# The code field is added to other forms before they are submitted again. No other field may use its name.
CODE_FIELD = "second_factor_code"
MAX_CODE_LENGTH = 40


def _code_field() -> forms.CharField:
    attributes = {
        "autocomplete": "one-time-code",
        "autocapitalize": "none",
        "spellcheck": "false",
        "autofocus": True,
    }
    return forms.CharField(
        label=gettext_lazy("Authentication code"),
        max_length=MAX_CODE_LENGTH,
        widget=forms.TextInput(attributes),
    )


class CodeForm(forms.Form):
    """A code from the authenticator app, or a recovery code."""

    second_factor_code = _code_field()


class FirstCodeForm(forms.Form):
    """The first code of an authenticator that is being set up."""

    code = _code_field()


# After this many wrong codes, the password must be entered again.
MAX_WRONG_CODES = 5
_WRONG_CODES = "login_wrong_codes"


def require_recent_code(view: Callable) -> Callable:
    """Decorator for admin views that require a code entered within the last 15 minutes."""

    @wraps(view)
    def checked_view(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return page_for_code(request) or view(request, *args, **kwargs)

    return checked_view


def page_for_code(request: HttpRequest) -> HttpResponse | None:
    """Returns the page that asks for a code, or None if no code is needed or a code was entered in the last 15 minutes.

    The page contains the submitted form, except for uploaded files, and submits it again with the code.
    """
    login = getattr(request, "login_session", None)
    if not login or not login_session.is_factor_asked(login.user) or login.is_code_recent:
        return None
    if request.method != "POST" or request.FILES:
        if request.FILES:
            messages.warning(request, _("Nothing was saved. Enter a code, then choose the file again."))
        return HttpResponseRedirect(
            f"{reverse('admin:second_factor')}?{urlencode({'next': request.get_full_path()})}"
        )
    form = CodeForm(request.POST) if CODE_FIELD in request.POST else CodeForm()
    if form.is_bound and accept_code(request, form):
        return None
    fields = posted_fields(request, CODE_FIELD)
    return _code_page(request, form, fields=fields, target=request.get_full_path(), is_again=True)


def _code_page(request: HttpRequest, form: CodeForm, **context) -> HttpResponse:
    if not request.user.is_authenticated:
        # Too many wrong codes have ended the session.
        return HttpResponseRedirect(reverse("admin:login"))
    title = _("Enter a code to continue")
    return render_account_page(request, "second_factor.html", title, form=form, **context)


def accept_code(request: HttpRequest, form: CodeForm) -> bool:
    """Checks the form's code. A correct code is recorded in the session. A wrong code causes a form error.

    After MAX_WRONG_CODES the session ends.
    """
    if not form.is_valid():
        return False
    user = request.login_session.user
    name = user.get_username()
    result = devices.check_code(user, form.cleaned_data[CODE_FIELD])
    if result.device is None:
        security_log.record(SecurityEventKind.CODE_FAILED, name, request=request)
        form.add_error(CODE_FIELD, result.error)
        count = request.session[_WRONG_CODES] = request.session.get(_WRONG_CODES, 0) + 1
        if count >= MAX_WRONG_CODES:
            logout(request)
            messages.error(request, _("Too many wrong codes. Log in again with your password."))
        return False
    request.session.pop(_WRONG_CODES, None)
    login_session.code_given(request, result.device)
    kind = (
        SecurityEventKind.RECOVERY_CODE_USED if result.is_recovery_code else SecurityEventKind.CODE_ACCEPTED
    )
    security_log.record(kind, name, request=request)
    if result.is_recovery_code:
        messages.warning(
            request,
            _(
                "You have used a recovery code. Codes left: %d. You can create new codes on the page “Account”."
            )
            % devices.count_recovery_codes(user),
        )
    return True


# The session key for the secret of a new authenticator. Other sessions cannot read or confirm the secret.
_NEW_KEY = "login_new_authenticator"


def _second_factor_view(view):
    """Decorator for admin views that return 404 unless a second factor is required."""

    def checked_view(request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR == "off":
            raise Http404
        return view(request)

    return admin.site.admin_view(checked_view)


@require_http_methods(["GET", "HEAD", "POST"])
@_second_factor_view
def enter_code(request: HttpRequest) -> HttpResponse:
    """Asks for a code and then redirects to `next`."""
    login = request.login_session
    if login.device is None:
        return HttpResponseRedirect(reverse("admin:index"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and accept_code(request, form):
        return HttpResponseRedirect(next_url(request))
    fields, is_again = [("next", next_url(request))], login.step is not LoginStep.CODE
    return _code_page(request, form, fields=fields, target=reverse("admin:second_factor"), is_again=is_again)


@require_http_methods(["GET", "HEAD", "POST"])
@_second_factor_view
def set_up(request: HttpRequest) -> HttpResponse:
    """Sets up or replaces the authenticator of an account in three steps (start, confirm, recovery codes)."""
    login = request.login_session
    if not login_session.is_factor_asked(login.user):
        raise PermissionDenied
    if login.device is not None and (response := page_for_code(request)):
        return response
    form = FirstCodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and _NEW_KEY not in request.session:
        request.session[_NEW_KEY] = devices.new_key()
        return HttpResponseRedirect(
            f"{reverse('admin:second_factor_setup')}?{urlencode({'next': next_url(request)})}"
        )
    if form.is_bound and form.is_valid():
        response = _confirm(request, form)
        if response is not None:
            return response
    key = request.session.get(_NEW_KEY)
    return render_account_page(
        request, "second_factor_setup.html", _("Set up two-step verification"), form=form, next=next_url(request),
        secret=_readable_secret(key) if key else "", is_replacement=login.device is not None,
    )  # fmt: skip


def _confirm(request: HttpRequest, form: FirstCodeForm) -> HttpResponse | None:
    login = request.login_session
    made = devices.set_up(
        login.user, request.session[_NEW_KEY], form.cleaned_data["code"], replaces=login.device
    )
    if made is None:
        form.add_error(
            "code",
            _("This code does not match the secret above. Check that the clock of your device is correct."),
        )
        return None
    device, codes = made
    del request.session[_NEW_KEY]
    login_session.code_given(request, device.pk)
    security_log.record(SecurityEventKind.FACTOR_ENROLLED, login.user.get_username(), request=request)
    return _recovery_codes_page(request, codes)


def _recovery_codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    # The codes are shown in this response instead of after a redirect, so no session or other page contains them.
    return render_account_page(
        request, "recovery_codes.html", _("Recovery codes"), codes=codes, next=next_url(request)
    )


@post_or_redirect("admin:account")
@_second_factor_view
@require_recent_code
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Generates new recovery codes and shows them once."""
    login = request.login_session
    if login.device is None:
        raise PermissionDenied
    codes = devices.make_recovery_codes(login.user)
    security_log.record(SecurityEventKind.RECOVERY_CODES_MADE, login.user.get_username(), request=request)
    messages.info(request, _("Earlier recovery codes no longer work."))
    return _recovery_codes_page(request, codes)


@require_safe
@_second_factor_view
def qr_code(request: HttpRequest) -> HttpResponse:
    """Returns the new secret as a QR code for authenticator apps to scan."""
    key = request.session.get(_NEW_KEY)
    if key is None:
        raise Http404
    image = BytesIO()
    uri = TOTPDevice(user=request.login_session.user, key=key).config_url
    segno.make(uri, error="m", micro=False).save(image, kind="svg", scale=5, dark="#000", light="#fff")
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


def _readable_secret(key: str) -> str:
    """Formats the secret for typing it into an app, in base 32 and groups of four characters."""
    secret = b32encode(bytes.fromhex(key)).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
