"""The user's account page, with password, second factor, e-mail settings, recent events, and log out everywhere."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import logout
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import login_session, security_log
from .account_page import account_context, post_or_redirect, render_account_page
from .login_limits import within_login_limits
from .models import EmailPreference, SecurityEvent, SecurityEventKind
from .second_factor import devices


class OwnPasswordChangeForm(AdminPasswordChangeForm):
    """Requires the old password and a new, different one."""

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


@within_login_limits
def login(request: HttpRequest) -> HttpResponse:
    """The admin's login page, limited by the login limits."""
    return admin.site.login(request)


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
    """Changes the user's password. This ends the account's other sessions, because they depend on the old password."""
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
