"""Object permissions determine which records an account may edit or delete, in addition to its model permissions.

Curators may edit every record. Other users (contributors) may edit drafts and their own records in review, and delete
their own drafts. The owner of a record is the account that created it, according to the history.
"""

from collections.abc import Iterable, Iterator

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _

from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import REVIEW_RECORDS, Action, Revision
from sco_cities.history.references import changed_co_owners, records_referencing
from sco_cities.sources.base_models import PublicationState, Record, record_model, record_models

ADD_EVIDENCE = "sources.add_evidence"


class ObjectPermissions:
    """The permissions of one account for single records. Ownership is read from the history once per record."""

    def __init__(self, user):
        self.user = user
        self.can_review = user.has_perm(REVIEW_RECORDS)
        self._own: dict[tuple[type[Record], int], bool] = {}

    def can_edit(self, record: Record) -> bool:
        state = stored_state(record)
        if self.can_review or state == PublicationState.DRAFT:
            return True
        return state == PublicationState.IN_REVIEW and self.is_own(record)

    def can_delete(self, record: Record) -> bool:
        return self.can_review or (stored_state(record) == PublicationState.DRAFT and self.is_own(record))

    def is_own(self, record: Record) -> bool:
        """Returns True if the account created the record."""
        key = type(record), record.pk
        if key not in self._own:
            self.load_ownership([record])
        return self._own[key]

    def load_ownership(self, records: Iterable[Record]) -> None:
        """Loads the ownership of many records with one query per kind."""
        keys = {record.pk: type(record) for record in records}
        for model in set(keys.values()):
            own = set(created_by(self.user.pk, model).filter(pk_in(keys, "object_id")))
            self._own |= {(model, key): key in own for key in keys}


def created_by(account: int, model: type[Record]):
    """Returns a lazy QuerySet with the keys of the records of `model` that the account created."""
    created = Revision.objects.of_model(model).filter(action=Action.CREATED, change_set__made_by=account)
    return created.order_by().values_list("object_id", flat=True)


def editable_records(permissions: ObjectPermissions, records):
    """Filters the QuerySet `records` to records that the account may edit."""
    if permissions.can_review:
        return records
    own = Q(state=PublicationState.IN_REVIEW, pk__in=created_by(permissions.user.pk, records.model))
    return records.filter(Q(state=PublicationState.DRAFT) | own)


def object_permissions(request) -> ObjectPermissions:
    """Returns the object permissions of the request's user, cached on the request."""
    if not hasattr(request, "object_permissions"):
        request.object_permissions = ObjectPermissions(request.user)
    return request.object_permissions


def model_or_404(request, collection: str, action: str = "change") -> type[Record]:
    """Returns the kind of record with this collection name. Raises PermissionDenied if the account lacks permission."""
    model = record_model(collection)
    if model is None:
        raise Http404(_("There is no such kind of record."))
    if not getattr(admin.site.get_model_admin(model), f"has_{action}_permission")(request):
        raise PermissionDenied
    return model


def visible_models(request) -> list[type[Record]]:
    """Returns the kinds of record that the account may see."""
    model_admins = map(admin.site.get_model_admin, record_models())
    return [each.model for each in model_admins if each.has_view_permission(request)]


def stored_state(record: Record) -> str:
    """Returns the stored state of a record, even if a form has set a different state on the instance."""
    return getattr(record, "stored_state", record.state)


class ObjectPermissionsMixin:
    """A ModelAdmin with object permissions for records. A record's rows have the record's permissions.

    Must precede HistoryMixin, whose `get_deleted_objects` replaces Django's method without calling super.
    """

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or object_permissions(request).can_edit(self.versioned_record(obj)))

    def has_delete_permission(self, request, obj=None):
        permissions = object_permissions(request)
        # Deleting a row changes its record.
        may_delete = permissions.can_edit if self.parent_field else permissions.can_delete
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or may_delete(self.versioned_record(obj)))

    def get_deleted_objects(self, objs, request):
        """Returns the objects to delete. Referring records that the user may not edit are returned as `protected`."""
        permissions = object_permissions(request)
        if not permissions.can_review:
            permissions.load_ownership([self.versioned_record(obj) for obj in objs])
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        if not (permissions.can_review or protected or self.parent_field):
            protected = list(_uneditable_references(permissions, self.model, objs))
        return deleted, counts, perms_needed, protected


def _uneditable_references(permissions: ObjectPermissions, model: type[Record], objs) -> Iterator[str]:
    """Yields "kind: record" labels for records that refer to one of `objs` and that the account may not edit."""
    keys = {obj.pk for obj in objs}
    for owner_model, owners in records_referencing(model, keys).items():
        records = list(
            owner_model._base_manager.filter(pk_in(owners - keys if owner_model is model else owners))
        )
        permissions.load_ownership(records)
        kind = capfirst(owner_model._meta.verbose_name)
        yield from (f"{kind}: {record}" for record in records if not permissions.can_edit(record))


def check_shared_row_permissions(form) -> None:
    """Adds an error if shared rows would change other records that the account may not edit."""
    permissions = getattr(form, "object_permissions", None)
    if permissions is None or permissions.can_review:
        return
    refused = []
    others = changed_co_owners(form.instance.row_formsets, type(form.instance))
    for model, keys in others.items():
        records = list(model._base_manager.filter(pk_in(keys)))
        permissions.load_ownership(records)
        refused += [str(record) for record in records if not permissions.can_edit(record)]
    if refused:
        form.add_error(
            None, _("You do not have permission to change: %s.") % get_text_list(sorted(refused), _("and"))
        )
