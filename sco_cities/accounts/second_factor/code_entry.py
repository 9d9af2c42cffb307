"""Code entry at login and before sensitive actions (changing accounts, merging, importing, reverting batches)."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.accounts import login_session, security_log
from sco_cities.accounts.account_page import render_account_page
from sco_cities.accounts.models import SecurityEventKind

from . import devices

# The code field is added to other forms, which are then submitted again. So no other field may have this name.
CODE_FIELD = "second_factor_code"
MAX_CODE_LENGTH = 40


def _code_input() -> forms.TextInput:
    return forms.TextInput(
        attrs={
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }
    )


class CodeForm(forms.Form):
    """A code from the authenticator app, or a recovery code."""

    second_factor_code = forms.CharField(
        label=gettext_lazy("Authentication code"), max_length=MAX_CODE_LENGTH, widget=_code_input()
    )


class FirstCodeForm(forms.Form):
    """The first code of an authenticator that is being set up."""

    code = forms.CharField(
        label=gettext_lazy("Authentication code"), max_length=MAX_CODE_LENGTH, widget=_code_input()
    )


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
    """Returns the page that asks for a code. None if no code is needed, or one was entered within the last 15 minutes.

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
    if not request.user.is_authenticated:
        # Too many wrong codes have ended the session.
        return HttpResponseRedirect(reverse("admin:login"))
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in (CODE_FIELD, "csrfmiddlewaretoken")
        for value in values
    ]
    return render_account_page(
        request, "second_factor.html", _("Enter a code to continue"), form=form, fields=fields,
        target=request.get_full_path(), is_again=True,
    )  # fmt: skip


def accept_code(request: HttpRequest, form: CodeForm) -> bool:
    """Checks the form's code. A correct code is recorded in the session. Otherwise, the form gets an error.

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
        _count_wrong_code(request)
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


def _count_wrong_code(request: HttpRequest) -> None:
    count = request.session.get(_WRONG_CODES, 0) + 1
    request.session[_WRONG_CODES] = count
    if count >= MAX_WRONG_CODES:
        logout(request)
        messages.error(request, _("Too many wrong codes. Log in again with your password."))
