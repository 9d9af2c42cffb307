"""Makes the first curator's account: see `Command`."""

import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from sco_cities.curation.permissions import groups

ACCOUNT = "curator"
PASSWORD_BYTES = 18


class Command(BaseCommand):
    """Brings the groups of the roles up to date and, where nobody has a role yet, makes a curator's account.

    Its password is shown once. As long as anybody has a role, or is a superuser, no account is made: one that
    was renamed or removed does not come back beside others.
    """

    help = (
        "Give the groups of the roles what they may do and, while nobody has a role, make the account "
        "“curator”; show its password once."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        groups.grant()
        accounts = get_user_model().objects
        if accounts.filter(Q(groups__name__in=groups.PERMISSIONS) | Q(is_superuser=True)).exists():
            return
        user, made = accounts.get_or_create(username=ACCOUNT, defaults={"is_staff": True})
        user.groups.add(Group.objects.get(name=groups.CURATOR))
        if made:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            user.set_password(password)
            user.save()
            self.stdout.write(f"{ACCOUNT} password: {password}")
            self.stdout.write(
                f"It is shown this once. Change it at {reverse('admin:password_change')} "
                f"or with `python manage.py changepassword {ACCOUNT}`."
            )
