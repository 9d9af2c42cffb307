"""The three roles as groups of accounts, and the permissions of each."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

CONTRIBUTOR, CURATOR, ADMINISTRATOR = "contributor", "curator", "administrator"

# The rooms of records and their parts, of the workbench, and of accounts.
RECORDS = ("sources", "themes", "cities", "delegates", "initiatives")
CURATION = ("curation",)
ACCOUNTS = ("auth",)
# What the site keeps by itself, and what only curators say.
NOT_FOR_CONTRIBUTORS = ("addresscheck", "formerslug", "ruling")
CURATOR_PERMISSIONS = ("review_records", "import_records", "merge_records", "revert_changes")

_looking = Q(codename__startswith="view_")
_on_records = Q(content_type__app_label__in=RECORDS)
_contributed = _on_records & (~Q(content_type__model__in=NOT_FOR_CONTRIBUTORS) | _looking)
_on_the_workbench = Q(content_type__app_label__in=CURATION) & (_looking | Q(codename__in=CURATOR_PERMISSIONS))
_on_accounts = Q(content_type__app_label__in=ACCOUNTS, content_type__model__in=("user", "group"))

# What the members may do with records at all; `rights` narrows it to single records.
PERMISSIONS = {
    CONTRIBUTOR: _contributed,
    CURATOR: _on_records | _on_the_workbench,
    ADMINISTRATOR: _on_records | _on_the_workbench | _on_accounts,
}


def grant(apps=installed, using: str = DEFAULT_DB_ALIAS) -> None:
    """Makes the groups that are missing, and gives each what it may do; it takes nothing away.

    The migration calls it with the models as they were then, commands with those that are there now: what
    came later is granted by the next call.
    """
    for label in (*RECORDS, *CURATION, *ACCOUNTS):
        # Django makes permissions after all migrations: on a new database they would not be there yet.
        create_permissions(installed.get_app_config(label), verbosity=0, using=using, apps=apps)
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for name, granted in PERMISSIONS.items():
        group, _made = groups.get_or_create(name=name)
        group.permissions.add(*permissions.filter(granted))
