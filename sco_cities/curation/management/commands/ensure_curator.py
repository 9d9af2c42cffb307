"""Makes the first curator's account: see `Command`."""

import secrets

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import BaseCommand
from django.db import transaction
from django.urls import reverse

CURATORS = "curators"
CURATOR = "curator"
PASSWORD_BYTES = 18


class Command(BaseCommand):
    """Makes the group of curators and, the first time, an account in it, whose password it shows once.

    The group tells the first time from later ones: an account that was since renamed or removed does not
    come back, and nothing more is said of passwords.
    """

    help = "Make the group “curators” and, on the first run, the account “curator”; show its password once."

    @transaction.atomic
    def handle(self, *args, **options):
        group, first_time = Group.objects.get_or_create(name=CURATORS)
        group.permissions.add(*self._permissions_on_records())
        if not first_time:
            return
        user, made = get_user_model().objects.get_or_create(username=CURATOR, defaults={"is_staff": True})
        user.groups.add(group)
        if made:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            user.set_password(password)
            user.save()
            self.stdout.write(f"{CURATOR} password: {password}")
            self.stdout.write(
                f"It is shown this once. Change it at {reverse('admin:password_change')} "
                f"or with `python manage.py changepassword {CURATOR}`."
            )

    def _permissions_on_records(self):
        """All permissions on the models that stand in a curators' section of the admin's index."""
        models = [model for model, found in admin.site._registry.items() if hasattr(found, "section")]
        kinds = ContentType.objects.get_for_models(*models, for_concrete_models=False).values()
        return Permission.objects.filter(content_type__in=kinds)
