"""Values of published records that lack evidence but were confirmed by a curator as covered by existing evidence."""

from collections import defaultdict
from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType

from sco_cities.changes.changed_values import changed_values, planned_values, values_without_evidence
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.delta import diff
from sco_cities.history.models import Revision
from sco_cities.history.serialization import read_documents
from sco_cities.history.versions import documents_at
from sco_cities.sources.base_models import PublicationState, Record

PUBLISHED = PublicationState.PUBLISHED


def confirmed_values(
    model: type[Record], keys: Collection[int] | None = None
) -> dict[int, dict[str, Revision]]:
    """Maps the key of each record to its confirmed values without evidence, each with the newest confirming revision.

    A value is left out if it has changed back since, or if evidence was added after the change. Without `keys`, all
    records are included.
    """
    revisions = Revision.objects.filter(content_type=ContentType.objects.get_for_model(model))
    if keys is not None:
        revisions = revisions.filter(pk_in(keys, "object_id"))
    confirmed = set(revisions.filter(change_set__evidence_stands=True).values_list("object_id", flat=True))
    left: dict[int, int] = {}
    # Maps each record to its confirmed changes, each with the version that readers saw before the change.
    changes: dict[int, list[tuple[int, Revision]]] = defaultdict(list)
    own = revisions.filter(pk_in(confirmed, "object_id")).select_related("change_set").order_by("pk")
    for revision in own if confirmed else ():
        was_published = revision.state_before == PUBLISHED
        if was_published and revision.state != PUBLISHED:
            left[revision.object_id] = revision.pk
        elif revision.state == PUBLISHED and revision.change_set.evidence_stands:
            seen = revision.pk if was_published else left.get(revision.object_id, revision.pk)
            changes[revision.object_id].append((seen - 1, revision))
    current = read_documents(model, list(changes))
    values: dict[int, dict[str, Revision]] = defaultdict(dict)
    # Each pass processes the newest remaining change of each record.
    while changes := {key: each for key, each in changes.items() if each and key in current}:
        newest = {key: each.pop() for key, each in changes.items()}
        documents = documents_at(model, {key: version for key, (version, _revision) in newest.items()})
        deltas = {key: diff(document, current[key]) for key, document in documents.items()}
        for key, names in values_without_evidence(model, planned_values(model, deltas)).items():
            revision = newest[key][1]
            if revision.state_before == PUBLISHED:
                names = changed_values(model, revision.changes).intersection(names)
            values[key] = dict.fromkeys(names, revision) | values[key]
    return {key: own for key, own in values.items() if own}
