"""Versions: what a record said at a time, told by the number of its newest revision then; 0 before the first."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from sco_cities.curation.models import Action, Revision
from sco_cities.sources.keys import having
from sco_cities.sources.records import Record

from . import changes, documents
from .documents import Document


def version_of(record: Record) -> int:
    """The version of a record as it is now."""
    return versions(type(record), [record.pk])[record.pk]


def versions(model: type[Record], keys: Collection[int]) -> dict[int, int]:
    """By key, the versions of records as they are now."""
    kind = ContentType.objects.get_for_model(model)
    newest = Revision.objects.filter(having(keys, "object_id"), content_type=kind).order_by()
    return dict.fromkeys(keys, 0) | dict(newest.values_list("object_id").annotate(Max("pk")))


def document_at(record: Record, version: int) -> Document | None:
    """What a record said at a version, told from what it says now; None where it was not there.

    The record may have been deleted since.
    """
    model = type(record)
    document = documents.read(model, [record.pk]).get(record.pk)
    blank = documents.shape(model).blank()
    for revision in Revision.objects.of(record).filter(pk__gt=version).order_by("-pk"):
        if revision.action == Action.CREATED:
            document = None
        else:
            document = changes.applied(document or blank, changes.backwards(revision.changes))
    return document


def version_before(revision: Revision) -> int:
    """The version that a revision found."""
    earlier = Revision.objects.filter(
        content_type=revision.content_type_id, object_id=revision.object_id, pk__lt=revision.pk
    )
    return earlier.aggregate(newest=Max("pk"))["newest"] or 0
