"""Generates the first account's password, stores it in a file, and requires a new one at the first login."""

import os
import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.management.base import CommandError

from .models import AccountState

PASSWORD_BYTES = 18


def issue(user) -> None:
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
    """Deletes the file if its password belonged to an account of this database and has been changed since.

    The file may belong to another database of the same site, where its password is still needed.
    """
    path = settings.FIRST_PASSWORD_FILE
    if not path.exists():
        return
    password = path.read_text(encoding="utf-8").strip()
    for state in AccountState.objects.exclude(first_password="").select_related("user"):
        is_changed = state.first_password != state.user.password
        if is_changed and check_password(password, state.first_password):
            path.unlink(missing_ok=True)
