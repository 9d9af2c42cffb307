"""What an account may do with single records, besides what its permissions say of all of a kind.

Curators write to every record. All others, contributors, write to drafts and to records in review that are their
own, and delete drafts that are their own. A record is its maker's own: of whoever the history says created it.
"""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.models import Action, Revision
from sco_cities.history.permissions import REVIEW_RECORDS
from sco_cities.sources.base_models import PublicationState, Record

ADD_EVIDENCE = "sources.add_evidence"


class ObjectPermissions:
    """The rights of one account; what the history says of a record is asked once."""

    def __init__(self, user):
        self.user = user
        self.reviews = user.has_perm(REVIEW_RECORDS)
        self._own: dict[tuple[type[Record], int], bool] = {}

    def may_edit(self, record: Record) -> bool:
        state = stored_state(record)
        if self.reviews or state == PublicationState.DRAFT:
            return True
        return state == PublicationState.IN_REVIEW and self.is_own(record)

    def may_delete(self, record: Record) -> bool:
        return self.reviews or (stored_state(record) == PublicationState.DRAFT and self.is_own(record))

    def is_own(self, record: Record) -> bool:
        """Whether the account made the record."""
        key = type(record), record.pk
        if key not in self._own:
            self.look_up([record])
        return self._own[key]

    def look_up(self, records: Iterable[Record]) -> None:
        """Asks of many records of one kind at once whose they are."""
        keys = {record.pk: type(record) for record in records}
        for model in set(keys.values()):
            own = set(created_by(self.user, model).filter(pk_in(keys, "object_id")))
            self._own |= {(model, key): key in own for key in keys}


def created_by(user, model: type[Record]):
    """The keys of the records of `model` that `user` created."""
    created = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        action=Action.CREATED,
        change_set__made_by=user.pk,
    )
    return created.order_by().values_list("object_id", flat=True)


def editable(rights: ObjectPermissions, records):
    """`records`, a query, narrowed to those that the account may edit."""
    if rights.reviews:
        return records
    own = Q(state=PublicationState.IN_REVIEW, pk__in=created_by(rights.user, records.model))
    return records.filter(Q(state=PublicationState.DRAFT) | own)


def object_permissions(request) -> ObjectPermissions:
    """The rights of whoever sent the request."""
    if not hasattr(request, "rights"):
        request.rights = ObjectPermissions(request.user)
    return request.rights


def stored_state(record: Record) -> str:
    """The state that a record has in the database, though a form may have given it another by now."""
    return getattr(record, "stored_state", record.state)
