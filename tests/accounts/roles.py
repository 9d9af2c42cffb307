"""Accounts with a role."""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from sco_cities.curation.permissions import groups

PASSWORD = "a-password-for-tests-only"


def make_account(name: str, role: str = ""):
    """A new staff account, in the group of its role if it has one.

    `django_db_setup` creates the groups. After a test that empties the tables, this function creates them again.
    """
    # Caches the content types, as in a running process, so that their queries are not counted for a page.
    ContentType.objects.get_for_models(*apps.get_models())
    user = get_user_model().objects.create_user(name, password=PASSWORD, is_staff=True)
    if role:
        if not Group.objects.filter(name=role).exists():
            groups.grant()
        user.groups.add(Group.objects.get(name=role))
    return user
