"""Lists accounts and their second factor, or resets a second factor. See `Command`."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from sco_cities.accounts import login_session, security_log
from sco_cities.accounts.models import SecurityEventKind
from sco_cities.accounts.second_factor import devices


def account_named(name: str):
    """Returns the account with this user name. Raises CommandError if there is none."""
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no account “{name}”.")
    return user


class Command(BaseCommand):
    """Lists the admin accounts and their second factor, or removes the second factor of one account."""

    help = (
        "List the admin accounts and the date when each second factor was set up. With --reset NAME, remove "
        "the second factor of an account whose owner has lost the device and the recovery codes. The owner "
        "sets up a new second factor at the next login."
    )

    def add_arguments(self, parser):
        parser.add_argument("--reset", metavar="NAME", help="remove the second factor of this account")

    def handle(self, *args, reset: str | None = None, **options):
        if reset is not None:
            self._reset(account_named(reset))
        else:
            self._list()

    def _list(self):
        for user in get_user_model().objects.filter(is_staff=True).order_by("username"):
            device = devices.authenticator_of(user)
            if device is None:
                text = "none"
            else:
                text = f"since {device.created_at:%Y-%m-%d}, recovery codes left: {devices.count_recovery_codes(user)}"
            self.stdout.write(f"{user.get_username()}: {text}")

    def _reset(self, user):
        name = user.get_username()
        with transaction.atomic():
            had_one = devices.reset(user)
            login_session.end_all(user)
        if not had_one:
            self.stdout.write(f"{name} had no second factor. All sessions of the account have ended.")
            return
        security_log.record(SecurityEventKind.FACTOR_RESET, name, detail="by command")
        self.stdout.write(
            f"The second factor of {name} was removed, and all sessions of the account have ended. The "
            "owner sets up a new second factor at the next login."
        )
