"""The admin of accounts: superusers are made and changed by superusers alone."""

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
# Django has registered its own by now.
admin.site.unregister(User)


class _ReadOnlyHashWidget(ReadOnlyPasswordHashWidget):
    """What is stored of a password, as text: it is not a control, and cannot be a disabled one."""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("disabled", None)
        return context


class CustomUserChangeForm(UserChangeForm):
    """An account, written as HTML allows."""

    password = ReadOnlyPasswordHashField(
        label=UserChangeForm.base_fields["password"].label,
        help_text=UserChangeForm.base_fields["password"].help_text,
        widget=_ReadOnlyHashWidget,
    )


class CustomPasswordChangeForm(AdminPasswordChangeForm):
    """A new password for an account, or none; the warning is part of a paragraph, and translated."""

    usable_password_help_text = format_lazy(
        '{} <strong class="messagelist" id="id_unusable_warning">{}</strong>',  # Django's style hides that class
        SetUnusablePasswordMixin.usable_password_help_text,
        _("If disabled, the current password for this user will be lost."),
    )


@admin.register(User)
class CustomUserAdmin(UserAdmin):
    """Accounts. An administrator writes to no account that may do more than administrators do."""

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
