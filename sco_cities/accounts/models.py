"""Account data beyond Django's user model, and the security log."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccountState(models.Model):
    """The session generation of an account and the hash of its generated password.

    Accounts without a row have the default values.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="account_state"
    )
    # Sessions with a lower number have ended. A number is more reliable than a time, because clocks may be corrected.
    session_generation = models.PositiveIntegerField(default=0)
    # The hash of the generated password. The account must change its password while this is the current password.
    first_password = models.CharField(max_length=128, default="", blank=True)

    class Meta:
        # No admin page needs permissions for this model.
        default_permissions = ()
        verbose_name = _("state of an account")
        verbose_name_plural = _("states of accounts")

    def __str__(self):
        return str(self.user)


class EmailPreference(models.Model):
    """E-mail settings of an account and the state of its last e-mail. Accounts without a row receive e-mails."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="email_preference"
    )
    is_wanted = models.BooleanField(
        _("Send me an e-mail when records await my review, or when mine are sent back"), default=True
    )
    # "" means the language of the site.
    language = models.CharField(_("language of e-mails"), max_length=10, default="", blank=True)
    sent_at = models.DateTimeField(null=True)
    # Events up to this time have been sent by e-mail or do not need an e-mail.
    told_until = models.DateTimeField(null=True)

    class Meta:
        # No admin page needs permissions for this model.
        default_permissions = ()
        verbose_name = _("e-mail preference")
        verbose_name_plural = _("e-mail preferences")

    def __str__(self):
        return str(self.user)


class SecurityEventKind(models.TextChoices):
    """The kinds of security events. Their values appear in log files and must not change."""

    LOGIN = "login", _("login")
    LOGIN_FAILED = "login_failed", _("wrong password")
    LOGIN_REFUSED = "login_refused", _("login rejected during a lockout")
    LOCKED_OUT = "locked_out", _("locked out")
    UNLOCKED = "unlocked", _("unlocked")
    LOGGED_OUT_EVERYWHERE = "logged_out_everywhere", _("logged out everywhere")
    CODE_ACCEPTED = "code_accepted", _("code accepted")
    CODE_FAILED = "code_failed", _("wrong code")
    RECOVERY_CODE_USED = "recovery_code_used", _("recovery code used")
    RECOVERY_CODES_MADE = "recovery_codes_made", _("new recovery codes")
    FACTOR_ENROLLED = "factor_enrolled", _("two-step verification set up")
    FACTOR_RESET = "factor_reset", _("two-step verification reset")
    PASSWORD_CHANGED = "password_changed", _("password changed")
    PERMISSIONS_CHANGED = "permissions_changed", _("permissions changed")
    ACCOUNT_CREATED = "account_created", _("account created")
    ACCOUNT_DELETED = "account_deleted", _("account deleted")


class SecurityEvent(models.Model):
    """An entry of the security log.

    It stores the user name instead of a relation, because the account may be deleted.
    """

    at = models.DateTimeField(_("time (UTC)"), db_index=True)
    kind = models.CharField(
        pgettext_lazy("security log", "event"), max_length=32, choices=SecurityEventKind.choices
    )
    account = models.CharField(_("account"), max_length=150, db_index=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    made_by = models.CharField(_("made by"), max_length=150, blank=True)
    detail = models.CharField(_("details"), max_length=500, blank=True)

    class Meta:
        # The admin page is read-only.
        default_permissions = ("view",)
        ordering = ["-pk"]
        verbose_name = _("security event")
        verbose_name_plural = _("security log")

    def __str__(self):
        return f"{self.get_kind_display()}: {self.account}"
