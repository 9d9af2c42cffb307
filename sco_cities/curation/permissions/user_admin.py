"""The admin of accounts: only superusers create and change superusers."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    SetUnusablePasswordMixin,
    UserChangeForm,
)
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

User = get_user_model()
# Django has already registered its own UserAdmin.
admin.site.unregister(User)


class _ReadOnlyHashWidget(ReadOnlyPasswordHashWidget):
    """The stored password hash as text; it is not a form control, so it has no `disabled` attribute."""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("disabled", None)
        return context


class CustomUserChangeForm(UserChangeForm):
    """The form of an account, with valid HTML for the password hash."""

    password = ReadOnlyPasswordHashField(
        label=UserChangeForm.base_fields["password"].label,
        help_text=UserChangeForm.base_fields["password"].help_text,
        widget=_ReadOnlyHashWidget,
    )


class CustomPasswordChangeForm(AdminPasswordChangeForm):
    """The form to set or disable a password; the warning is inside a paragraph, and translated."""

    usable_password_help_text = format_lazy(
        '{} <strong class="messagelist" id="id_unusable_warning">{}</strong>',  # hidden by Django's CSS
        SetUnusablePasswordMixin.usable_password_help_text,
        _("If disabled, the current password for this user will be lost."),
    )


@admin.register(User)
class CustomUserAdmin(UserAdmin):
    """Accounts. An administrator who is not a superuser cannot change superusers."""

    form = CustomUserChangeForm
    change_password_form = CustomPasswordChangeForm

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _may_edit(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _may_edit(request, obj)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser")


def _may_edit(request, account) -> bool:
    return request.user.is_superuser or account is None or not account.is_superuser
