"""Unlocks an account that is locked after wrong passwords or codes."""

from django.core.management.base import BaseCommand
from django.db import transaction

from sco_cities.accounts import login_limits, security_log
from sco_cities.accounts.management.commands.second_factor import account_named
from sco_cities.accounts.models import SecurityEventKind


class Command(BaseCommand):
    """Unlocks any account, like the administrators' action in the list of users."""

    help = "Unlock an account that is locked after wrong passwords or codes."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the user name")

    def handle(self, *args, name: str, **options):
        user = account_named(name)
        with transaction.atomic():
            was_locked = login_limits.unlock(user)
            if was_locked:
                security_log.record(SecurityEventKind.UNLOCKED, name, detail="by command")
        self.stdout.write(f"{name} is unlocked." if was_locked else f"{name} was not locked.")
