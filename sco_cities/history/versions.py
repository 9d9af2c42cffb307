"""Versions: what a record said at a time, told by the number of its newest revision then; 0 before the first."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q, Subquery

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import Record

from . import delta, serialization
from .serialization import Document


def version_of(record: Record) -> int:
    """The version of a record as it is now."""
    return versions(type(record), [record.pk])[record.pk]


def versions(model: type[Record], keys: Collection[int]) -> dict[int, int]:
    """By key, the versions of records as they are now."""
    kind = ContentType.objects.get_for_model(model)
    newest = Revision.objects.filter(pk_in(keys, "object_id"), content_type=kind).order_by()
    return dict.fromkeys(keys, 0) | dict(newest.values_list("object_id").annotate(Max("pk")))


def versions_and_newest(model: type[Record], keys: Collection[int]) -> tuple[dict[int, int], int]:
    """The versions of a few records, and that of whatever was changed last."""
    kind = ContentType.objects.get_for_model(model)
    last = Revision.objects.order_by("-pk").values("pk")[:1]
    # The keys one by one: beside the other condition a subquery would have all revisions looked through.
    found = Revision.objects.filter(
        Q(content_type=kind, object_id__in=keys) | Q(pk=Subquery(last))
    ).order_by()
    known, newest = dict.fromkeys(keys, 0), 0
    for kind_key, key, version in found.values_list("content_type", "object_id").annotate(Max("pk")):
        newest = max(newest, version)
        if kind_key == kind.pk and key in known:
            known[key] = version
    return known, newest


def changed_after(model: type[Record], version: int) -> set[int]:
    """The keys of the records of a kind that are newer than this."""
    kind = ContentType.objects.get_for_model(model)
    newer = Revision.objects.filter(content_type=kind, pk__gt=version).order_by()
    return set(newer.values_list("object_id", flat=True))


def document_at(record: Record, version: int) -> Document | None:
    """What a record said at a version, told from what it says now; None where it was not there.

    The record may have been deleted since.
    """
    model = type(record)
    document = serialization.read_documents(model, [record.pk]).get(record.pk)
    blank = serialization.document_schema(model).blank()
    for revision in Revision.objects.of(record).filter(pk__gt=version).order_by("-pk"):
        if revision.action == Action.CREATED:
            document = None
        else:
            document = delta.apply(document or blank, delta.invert(revision.changes))
    return document


def version_before(revision: Revision) -> int:
    """The version that a revision found."""
    earlier = Revision.objects.filter(
        content_type=revision.content_type_id, object_id=revision.object_id, pk__lt=revision.pk
    )
    return earlier.aggregate(newest=Max("pk"))["newest"] or 0
