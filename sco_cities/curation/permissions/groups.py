"""The groups of the three roles, and their permissions."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

CONTRIBUTOR, CURATOR, ADMINISTRATOR = "contributor", "curator", "administrator"

# App labels by subject (records with their rows, curation, intake, accounts).
RECORDS = ("sources", "themes", "cities", "delegates", "initiatives")
CURATION = ("curation", "history", "correction_requests")
INTAKE = ("intake",)
ACCOUNTS = ("auth", "accounts")
# Models that the site maintains automatically, or that only curators may edit.
NOT_FOR_CONTRIBUTORS = ("addresscheck", "formerslug", "ruling")
CURATOR_PERMISSIONS = (
    "review_records", "import_records", "merge_records", "revert_changes",
    "change_correctionrequest", "delete_correctionrequest",
)  # fmt: skip

_view = Q(codename__startswith="view_")
_record_permissions = Q(content_type__app_label__in=RECORDS)
_intake_permissions = Q(content_type__app_label__in=INTAKE)
_contributor_permissions = _record_permissions & (~Q(content_type__model__in=NOT_FOR_CONTRIBUTORS) | _view)
_curation_permissions = Q(content_type__app_label__in=CURATION) & (
    _view | Q(codename__in=CURATOR_PERMISSIONS)
)
_account_permissions = Q(
    content_type__app_label__in=ACCOUNTS, content_type__model__in=("user", "group", "securityevent")
)

# Model permissions of each role. `object_permissions` restricts them to single records.
PERMISSIONS = {
    CONTRIBUTOR: _contributor_permissions | _intake_permissions,
    CURATOR: _record_permissions | _curation_permissions | _intake_permissions,
    ADMINISTRATOR: _record_permissions | _curation_permissions | _intake_permissions | _account_permissions,
}


def grant(apps=installed, using: str = DEFAULT_DB_ALIAS) -> None:
    """Creates missing groups and adds the permissions of each group. Removes no permissions.

    The migration passes its historical apps. After models are added, another call grants their permissions.
    """
    for label in (*RECORDS, *CURATION, *INTAKE, *ACCOUNTS):
        # Django creates permissions only after all migrations. In a new database, permissions would still be missing.
        create_permissions(installed.get_app_config(label), verbosity=0, using=using, apps=apps)
    groups = apps.get_model("auth", "Group").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for name, granted in PERMISSIONS.items():
        group, _made = groups.get_or_create(name=name)
        group.permissions.add(*permissions.filter(granted))
