"""Values of published records that stand on somebody's word: a change confirmed that the existing evidence holds."""

from collections import defaultdict
from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType

from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import PublicationState, Record

from .changed_values import changed_values, planned_values, values_without_evidence
from .delta import diff
from .models import Action, Revision
from .serialization import read_documents
from .versions import UNPUBLISHED, documents_at


def confirmed_values(
    model: type[Record], keys: Collection[int] | None = None
) -> dict[int, dict[str, Revision]]:
    """By key of a record, its values without evidence since a confirmed change, each with the newest such revision.

    A value is left out once it has changed back, or has got evidence after the change. Without `keys`, all records.
    """
    revisions = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        action=Action.CHANGED,
        state=PublicationState.PUBLISHED,
        change_set__evidence_stands=True,
    )
    if keys is not None:
        revisions = revisions.filter(pk_in(keys, "object_id"))
    waiting: dict[int, list[Revision]] = defaultdict(list)
    for revision in revisions.select_related("change_set").order_by("pk"):
        waiting[revision.object_id].append(revision)
    left = _unpublished_before(model, waiting)
    current = read_documents(model, list(waiting))
    confirmed: dict[int, dict[str, Revision]] = defaultdict(dict)
    # The newest change of each record first, then the one before it.
    while waiting := {key: own for key, own in waiting.items() if own and key in current}:
        newest = {key: own.pop() for key, own in waiting.items()}
        seen = documents_at(model, {key: left.get(each.pk, each.pk) - 1 for key, each in newest.items()})
        changes = {key: diff(document, current[key]) for key, document in seen.items()}
        for key, names in values_without_evidence(model, planned_values(model, changes)).items():
            revision = newest[key]
            is_whole = revision.pk in left
            own = names if is_whole else changed_values(model, revision.changes).intersection(names)
            confirmed[key] = dict.fromkeys(own, revision) | confirmed[key]
    return {key: values for key, values in confirmed.items() if values}


def _unpublished_before(model: type[Record], revisions: dict[int, list[Revision]]) -> dict[int, int]:
    """By key of a revision that published a record again, that of the one after which readers did not see it."""
    again = [
        each for own in revisions.values() for each in own if each.state_before != PublicationState.PUBLISHED
    ]
    if not again:
        return {}
    left = Revision.objects.filter(
        UNPUBLISHED,
        pk_in({each.object_id for each in again}, "object_id"),
        content_type=ContentType.objects.get_for_model(model),
    )
    keys: dict[int, list[int]] = defaultdict(list)
    for key, pk in left.order_by("pk").values_list("object_id", "pk"):
        keys[key].append(pk)
    return {each.pk: max(pk for pk in keys[each.object_id] if pk < each.pk) for each in again}
