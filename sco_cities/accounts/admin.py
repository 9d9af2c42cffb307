"""The admin of accounts, groups and the security log."""

from copy import deepcopy

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    SetUnusablePasswordMixin,
    UserChangeForm,
)
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django_otp.plugins.otp_static import admin as otp_static_admin
from django_otp.plugins.otp_totp import admin as otp_totp_admin

from sco_cities.accounts.second_factor.views import require_recent_code
from sco_cities.core.read_only_admin import ReadOnlyAdminMixin
from sco_cities.i18n.punctuation import comma_list

from . import login_limits, security_log
from .models import SecurityEvent, SecurityEventKind

User = get_user_model()
# Replaces Django's own admin classes, and removes the django-otp pages, which show the secrets of all accounts.
admin.site.unregister(User)
admin.site.unregister(Group)
admin.site.unregister(otp_static_admin.StaticDevice)
admin.site.unregister(otp_totp_admin.TOTPDevice)


class _ReadOnlyHashWidget(ReadOnlyPasswordHashWidget):
    """A widget that shows the password hash as text. It is not a form control, so it has no `disabled` attribute."""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("disabled", None)
        return context


# The form value that keeps the groups of an account with several groups.
AS_NOW = "as-now"


class _RoleChoices(forms.models.ModelChoiceIterator):
    def __iter__(self):
        if self.field.as_now:
            yield AS_NOW, self.field.as_now
        yield from super().__iter__()


class _RoleField(forms.ModelChoiceField):
    """The role field of an existing account. `as_now` is the label of the option AS_NOW, or "" without this option."""

    iterator, as_now = _RoleChoices, ""

    def clean(self, value):
        return None if value == AS_NOW else super().clean(value)

    def has_changed(self, initial, data):
        # A form that was opened before an update of the site may have no role field.
        return data not in (None, AS_NOW) and super().has_changed(initial, data)


def _role_field(field_class=forms.ModelChoiceField, **options) -> forms.ModelChoiceField:
    return field_class(
        Group.objects.all(),
        label=pgettext_lazy("of an account", "Role"),
        widget=forms.RadioSelect,
        help_text=_("Contributors enter drafts, curators publish, and administrators also manage accounts."),
        **options,
    )


class CustomUserChangeForm(UserChangeForm):
    """The form of an account. It renders the password hash as valid HTML.

    An account has one role. An account that has several groups can keep them.
    """

    role = _role_field(_RoleField, required=False, blank=True, empty_label=_("No role"))

    password = ReadOnlyPasswordHashField(
        label=UserChangeForm.base_fields["password"].label,
        help_text=UserChangeForm.base_fields["password"].help_text,
        widget=_ReadOnlyHashWidget,
    )


class CustomUserCreationForm(AdminUserCreationForm):
    """The form of a new account, including its role."""

    role = _role_field(empty_label=None)


class CustomPasswordChangeForm(AdminPasswordChangeForm):
    """The form for setting or disabling a password. Its warning is translated and has valid HTML."""

    usable_password_help_text = format_lazy(
        '{} <strong class="messagelist" id="id_unusable_warning">{}</strong>',  # Django's CSS hides it.
        SetUnusablePasswordMixin.usable_password_help_text,
        _("If disabled, the current password for this user will be lost."),
    )


class AccountsAdminMixin:
    """Requires a recent second-factor code on all admin pages of a model, and records deletions.

    An administrator who is not a superuser can grant only permissions that they have.
    """

    def get_urls(self):
        urls = super().get_urls()
        for url in urls:
            url.callback = require_recent_code(url.callback)
        return urls

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        self.record_deletion(request, obj)

    def delete_queryset(self, request, queryset):
        deleted = list(queryset)
        super().delete_queryset(request, queryset)
        for obj in deleted:
            self.record_deletion(request, obj)

    def limit_permissions(self, request, form, name: str, given: QuerySet[Permission]) -> None:
        """Limits the choices of a permission field to the user's own permissions and permissions already granted."""
        if field := form.base_fields.get(name):
            own = Q(pk__in=granted_permissions(request.user).values("pk"))
            field.queryset = field.queryset.filter(own | Q(pk__in=given.values("pk")))


@admin.register(User)
class CustomUserAdmin(AccountsAdminMixin, UserAdmin):
    """The admin of accounts. An administrator who is not a superuser cannot change accounts with more permissions."""

    form = CustomUserChangeForm
    add_form = CustomUserCreationForm
    add_fieldsets = ((None, {"fields": ("username", "role", "usable_password", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (pgettext_lazy("of an account", "Role"), {"fields": ("role", "is_staff", "is_active")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (
            _("Further permissions and dates"),
            {
                "fields": ("is_superuser", "user_permissions", "last_login", "date_joined"),
                "classes": ("collapse",),
            },
        ),
    )
    list_display = ("username", "role", "first_name", "last_name", "is_active", "last_login")
    change_password_form = CustomPasswordChangeForm
    actions = ("unlock",)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=pgettext_lazy("of an account", "role"), empty_value="–")
    def role(self, account) -> str | None:
        return comma_list(sorted(group.name for group in account.groups.all())) or None

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _may_edit(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _may_edit(request, obj)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if obj is not None:
            self.limit_permissions(request, form, "user_permissions", obj.user_permissions.all())
        if field := form.base_fields.get("role"):
            # Copies the field, because all requests share the original.
            form.base_fields["role"] = field = deepcopy(field)
            held = Group.objects.filter(user=obj) if obj is not None else Group.objects.none()
            field.queryset = grantable_groups(request.user, held).order_by("pk")
            if len(held) > 1:
                field.as_now, field.initial = (
                    format_lazy(_("Unchanged: {roles}"), roles=self.role(obj)),
                    AS_NOW,
                )
            elif held:
                field.initial = held[0].pk
        return form

    def save_model(self, request, obj, form, change):
        if not change:
            # Accounts without this flag cannot log in.
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        account = form.instance
        if "role" in form.changed_data:
            role = form.cleaned_data["role"]
            account.groups.set([role] if role else [])
        if not change:
            _record(request, SecurityEventKind.ACCOUNT_CREATED, account.get_username(), _rights_of(account))
        elif {"role", "user_permissions", "is_staff", "is_superuser", "is_active", "username"} & set(
            form.changed_data
        ):
            _record(
                request, SecurityEventKind.PERMISSIONS_CHANGED, account.get_username(), _rights_of(account)
            )

    def user_change_password(self, request, id, form_url=""):
        before = User.objects.filter(pk=id).values_list("password", flat=True) if id.isdecimal() else ()
        before = list(before)
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and before:
            account = User.objects.get(pk=id)
            if account.password != before[0]:
                _record(request, SecurityEventKind.PASSWORD_CHANGED, account.get_username())
        return response

    def record_deletion(self, request, account):
        _record(request, SecurityEventKind.ACCOUNT_DELETED, account.get_username())

    @admin.action(
        description=_("Unlock after wrong passwords or codes"),
        permissions=["change"],
    )
    def unlock(self, request, queryset):
        unlocked = refused = 0
        with transaction.atomic():
            for account in queryset:
                if not _may_edit(request, account):
                    refused += 1
                elif login_limits.unlock(account):
                    unlocked += 1
                    _record(request, SecurityEventKind.UNLOCKED, account.get_username())
        text = ngettext("%(count)d account was unlocked.", "%(count)d accounts were unlocked.", unlocked)
        messages.info(request, text % {"count": unlocked})
        if refused:
            text = ngettext(
                "%(count)d account was not unlocked: it has permissions that you do not have.",
                "%(count)d accounts were not unlocked: they have permissions that you do not have.",
                refused,
            )
            messages.warning(request, text % {"count": refused})


@admin.register(Group)
class CustomGroupAdmin(AccountsAdminMixin, GroupAdmin):
    """The admin of groups."""

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        given = obj.permissions.all() if obj is not None else Permission.objects.none()
        self.limit_permissions(request, form, "permissions", given)
        return form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.changed_data:
            _record(request, SecurityEventKind.PERMISSIONS_CHANGED, f"group {form.instance.name}")

    def record_deletion(self, request, group):
        _record(request, SecurityEventKind.PERMISSIONS_CHANGED, f"group {group.name}", "deleted")


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdminMixin, admin.ModelAdmin):
    """The security log, read-only."""

    list_display = ("at", "kind", "account", "address", "made_by", "detail")
    list_filter = ("kind",)
    search_fields = ("account", "address", "made_by")
    date_hierarchy = "at"


def _may_edit(request, account) -> bool:
    """Returns True if the user would gain no permission by setting the password of `account`."""
    if account is None or request.user.is_superuser:
        return True
    if account.is_superuser:
        return False
    own = granted_permissions(request.user).values("pk")
    return not granted_permissions(account).exclude(pk__in=own).exists()


def _rights_of(account) -> str:
    flags = [name for name in ("is_active", "is_staff", "is_superuser") if getattr(account, name)]
    groups = account.groups.values_list("name", flat=True)
    return f"{', '.join(flags)}; groups: {', '.join(groups)}; permissions: {granted_permissions(account).count()}"


def _record(request, kind: SecurityEventKind, account: str, detail: str = "") -> None:
    security_log.record(kind, account, request=request, made_by=request.user.get_username(), detail=detail)


def granted_permissions(user) -> QuerySet[Permission]:
    """Returns the permissions of an account and its groups, even if inactive. Superusers have every permission."""
    if user.is_superuser:
        return Permission.objects.all()
    return Permission.objects.filter(Q(user=user) | Q(group__user=user)).distinct()


def grantable_groups(user, target: QuerySet[Group]) -> QuerySet[Group]:
    """Returns the groups that `user` may choose. Groups outside `target` grant only permissions that `user` has."""
    others = Permission.objects.exclude(pk__in=granted_permissions(user).values("pk"))
    beyond = Group.objects.filter(permissions__in=others)
    return Group.objects.filter(~Q(pk__in=beyond.values("pk")) | Q(pk__in=target.values("pk")))
