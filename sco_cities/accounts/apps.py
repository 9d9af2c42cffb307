from django.apps import AppConfig
from django.contrib.auth.apps import AuthConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Accounts and logins, with rate limits, lockout, second factor, session limits and a security log."""

    name = "sco_cities.accounts"
    default = True
    verbose_name = _("Accounts and logins")

    def ready(self):
        from sco_cities.jobs import housekeeping

        from . import login_limits, login_session, security_log

        security_log.connect()
        housekeeping.register("expired sessions", login_session.delete_expired)
        housekeeping.register("ended lockouts", login_limits.delete_ended)
        housekeeping.register("events of the security log", security_log.prune)


class AccountsAuthConfig(AuthConfig):
    """Django's auth app, with the model names that this admin uses."""

    verbose_name = _("Accounts and logins")
