"""Creates the first curator's account (see `Command`)."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q

from sco_cities.accounts import first_password
from sco_cities.curation.permissions import groups
from sco_cities.ops.environment import display_name

ACCOUNT = "curator"


class Command(BaseCommand):
    """Updates the role groups and creates a curator's account if no account has a role.

    The password is written to a file that only the owner can read, and must be changed at the first login. No account
    is created if any account has a role or is a superuser, so a renamed or deleted account does not come back.
    """

    help = (
        "Update the permissions of the groups. If no account has a role, also create the account “curator” "
        "and write its first password to a file."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        groups.grant()
        first_password.delete_file_if_changed()
        accounts = get_user_model().objects
        if accounts.filter(Q(groups__name__in=groups.PERMISSIONS) | Q(is_superuser=True)).exists():
            return
        user, created = accounts.get_or_create(username=ACCOUNT, defaults={"is_staff": True})
        user.groups.add(Group.objects.get(name=groups.CURATOR))
        if created:
            first_password.issue(user)
            self.stdout.write(
                f"The first password of {ACCOUNT} is in {display_name(settings.FIRST_PASSWORD_FILE)}, which only you "
                "can read. It must be changed at the first login."
            )
