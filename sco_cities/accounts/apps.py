from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts and logins: login budget, lockout, second factor, sessions, security log."""

    name = "sco_cities.accounts"

    def ready(self):
        from . import login_events

        login_events.connect()
