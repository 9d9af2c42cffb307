"""Creates the first curator's account (see `Command`)."""

import os
import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from sco_cities.accounts.models import AccountState
from sco_cities.curation.permissions import groups
from sco_cities.ops.environment import display_name

ACCOUNT = "curator"
PASSWORD_BYTES = 18


def issue_first_password(user) -> None:
    """Sets a generated password that must be changed at the first login, and writes it to a private file.

    Raises CommandError if the file cannot be written.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user.set_password(password)
    user.save()
    AccountState.objects.update_or_create(user=user, defaults={"first_password": user.password})
    path = settings.FIRST_PASSWORD_FILE
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{password}\n")
    except OSError as error:
        raise CommandError(f"The first password cannot be written to {path}: {error.strerror}.") from None


def delete_file_if_changed() -> None:
    """Deletes the password file if its account is in this database and has changed the password.

    A file that belongs to another database of the same site may still be needed there.
    """
    path = settings.FIRST_PASSWORD_FILE
    if not path.exists():
        return
    password = path.read_text(encoding="utf-8").strip()
    for state in AccountState.objects.exclude(first_password="").select_related("user"):
        is_changed = state.first_password != state.user.password
        if is_changed and check_password(password, state.first_password):
            path.unlink(missing_ok=True)


class Command(BaseCommand):
    """Updates the role groups and creates a curator's account if no account has a role.

    The password is written to a file that only the owner can read, and must be changed at the first login. No account
    is created if any account has a role or is a superuser, so a renamed or deleted account is not created again.
    """

    help = (
        "Update the permissions of the groups. If no account has a role, also create the account “curator” "
        "and write its first password to a file."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        groups.grant()
        delete_file_if_changed()
        accounts = get_user_model().objects
        if accounts.filter(Q(groups__name__in=groups.PERMISSIONS) | Q(is_superuser=True)).exists():
            return
        user, created = accounts.get_or_create(username=ACCOUNT, defaults={"is_staff": True})
        user.groups.add(Group.objects.get(name=groups.CURATOR))
        if created:
            issue_first_password(user)
            self.stdout.write(
                f"The first password of {ACCOUNT} is in {display_name(settings.FIRST_PASSWORD_FILE)}, which only you "
                "can read. It must be changed at the first login."
            )
