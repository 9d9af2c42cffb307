"""Looks up the accounts that commands take as arguments."""

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError


def account_named(name: str):
    """Returns the account with this user name. Raises CommandError if there is none."""
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no account “{name}”.")
    return user
