from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Accounts and logins: login budget, lockout, second factor, sessions, security log."""

    name = "sco_cities.accounts"
    verbose_name = _("Accounts and logins")

    def ready(self):
        from . import login_events

        login_events.connect()
