"""Creates the account of the first curator; see `Command`."""

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
    """Updates the groups of the roles and, while no account has a role, creates a curator's account.

    Its password is shown once. If any account has a role or is a superuser, no account is created: a renamed or
    deleted one does not come back.
    """

    help = (
        "Update the permissions of the groups and, while no account has a role, create the account “curator” "
        "and show its password once."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        groups.grant()
        accounts = get_user_model().objects
        if accounts.filter(Q(groups__name__in=groups.PERMISSIONS) | Q(is_superuser=True)).exists():
            return
        user, created = accounts.get_or_create(username=ACCOUNT, defaults={"is_staff": True})
        user.groups.add(Group.objects.get(name=groups.CURATOR))
        if created:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            user.set_password(password)
            user.save()
            self.stdout.write(f"{ACCOUNT} password: {password}")
            self.stdout.write(
                f"It is shown only once. Change it at {reverse('admin:password_change')} "
                f"or with `.venv/bin/python manage.py changepassword {ACCOUNT}`."
            )
