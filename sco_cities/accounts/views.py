"""The account pages inside the admin, such as login, password, e-mail settings, and log out everywhere."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import logout
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from . import login_limits, login_session, security_log
from .models import EmailPreference, SecurityEvent, SecurityEventKind
from .second_factor import devices


def account_context(request: HttpRequest) -> dict:
    """Returns the template context of account pages.

    Omits the navigation until the login is complete, because all other pages redirect here.
    """
    is_complete = request.login_session.step is None
    bare = {"has_permission": False, "is_nav_sidebar_enabled": False, "available_apps": []}
    context = admin.site.each_context(request) | ({} if is_complete else bare)
    return context | {"is_login_complete": is_complete}


def render_account_page(request: HttpRequest, template: str, title: str, **context) -> HttpResponse:
    """Renders a template of templates/admin/accounts/."""
    context = account_context(request) | {"title": title} | context
    return TemplateResponse(request, f"admin/accounts/{template}", context)


def next_url(request: HttpRequest) -> str:
    """Returns the URL in `next` if it belongs to this site, otherwise the URL of the admin index."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else reverse("admin:index")


def post_or_redirect(url_name: str, *arguments: str) -> Callable:
    """Decorator for form views. GET requests are redirected to the page that contains the form.

    After a login or a code entry, the browser opens the URL that the form was submitted to. `url_name` is the page with
    the form. `arguments` names the view arguments in its URL.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def checked_view(request: HttpRequest, **kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            return redirect(url_name, **{name: kwargs[name] for name in arguments})

        return require_http_methods(["GET", "HEAD", "POST"])(checked_view)

    return decorate


class OwnPasswordChangeForm(AdminPasswordChangeForm):
    """Requires the old password and a different new password."""

    def clean(self):
        data = super().clean()
        new = self.cleaned_data.get("new_password1")
        if new and new == self.cleaned_data.get("old_password"):
            self.add_error(
                "new_password1", ValidationError(_("This is your current password. Choose another one."))
            )
        return data


class EmailPreferenceForm(forms.ModelForm):
    """E-mail settings of the user. The language defaults to the current language."""

    class Meta:
        model = EmailPreference
        fields = ("is_wanted", "language")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stored = self.fields["language"]
        self.fields["language"] = forms.ChoiceField(
            label=stored.label, choices=settings.LANGUAGES, initial=get_language()
        )
        if not self.instance.language:
            self.initial.pop("language", None)


MAX_EVENTS = 10


def login(request: HttpRequest) -> HttpResponse:
    """Returns the admin's login page, limited by the login limits."""
    limits = login_limits.limits
    return limits.log_in(request, admin.site.login) if request.method == "POST" else admin.site.login(request)


@require_safe
@admin.site.admin_view
def account(request: HttpRequest) -> HttpResponse:
    """Shows the user's own login settings and recent events."""
    user = request.user
    return render_account_page(
        request, "account.html", _("Account"),
        has_second_factor=settings.SECOND_FACTOR != "off", authenticator=devices.authenticator_of(user),
        recovery_codes=devices.count_recovery_codes(user),
        email_form=EmailPreferenceForm(instance=_email_preference(request)) if settings.SENDS_EMAIL else None,
        events=SecurityEvent.objects.filter(account=user.get_username())[:MAX_EVENTS],
    )  # fmt: skip


@post_or_redirect("admin:account")
@admin.site.admin_view
def save_email_preference(request: HttpRequest) -> HttpResponse:
    """Saves the e-mail settings of the user."""
    form = EmailPreferenceForm(request.POST, instance=_email_preference(request))
    if form.is_valid():
        # Writes only the form's fields, because the worker may be recording a sent e-mail in the same row.
        EmailPreference.objects.update_or_create(user_id=request.user.pk, defaults=form.cleaned_data)
        messages.success(request, _("Your e-mail settings were saved."))
    else:
        messages.error(request, _("Your e-mail settings were not saved. Choose a language from the list."))
    return HttpResponseRedirect(reverse("admin:account"))


def _email_preference(request: HttpRequest) -> EmailPreference:
    stored = EmailPreference.objects.filter(user=request.user.pk).first()
    return stored or EmailPreference(user_id=request.user.pk)


@admin.site.admin_view
def change_password(request: HttpRequest) -> HttpResponse:
    """Changes the user's password.

    This ends the account's other sessions, because they contain a hash of the old password.
    """
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordChangeForm,
        success_url=reverse_lazy("admin:password_change_done"),
        extra_context=account_context(request),
    )
    response = view(request)
    if request.method == "POST" and response.status_code == 302:
        login_session.password_given(request)
        security_log.record(SecurityEventKind.PASSWORD_CHANGED, request.user.get_username(), request=request)
    return response


@post_or_redirect("admin:account")
@admin.site.admin_view
def log_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends all sessions of the account, including the current one."""
    user = request.login_session.user
    with transaction.atomic():
        login_session.end_all(user)
    security_log.record(SecurityEventKind.LOGGED_OUT_EVERYWHERE, user.get_username(), request=request)
    logout(request)
    messages.info(request, _("You were logged out on all devices."))
    return HttpResponseRedirect(reverse("admin:login"))
