"""Version numbers of records: the key of the newest revision, 0 before the first."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q, Subquery

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import Record

from . import delta, serialization
from .serialization import Document


def version_of(record: Record) -> int:
    """The current version of a record."""
    return versions(type(record), [record.pk])[record.pk]


def versions(model: type[Record], keys: Collection[int]) -> dict[int, int]:
    """The current versions of records by key."""
    content_type = ContentType.objects.get_for_model(model)
    newest = Revision.objects.filter(pk_in(keys, "object_id"), content_type=content_type).order_by()
    return dict.fromkeys(keys, 0) | dict(newest.values_list("object_id").annotate(Max("pk")))


def versions_and_newest(model: type[Record], keys: Collection[int]) -> tuple[dict[int, int], int]:
    """The versions of a few records, and the newest version of all records."""
    content_type = ContentType.objects.get_for_model(model)
    last = Revision.objects.order_by("-pk").values("pk")[:1]
    # The keys are listed: with a subquery in this OR, the database would scan all revisions.
    revisions = Revision.objects.filter(
        Q(content_type=content_type, object_id__in=keys) | Q(pk=Subquery(last))
    ).order_by()
    versions_by_key, newest = dict.fromkeys(keys, 0), 0
    for content_type_id, key, version in revisions.values_list("content_type", "object_id").annotate(
        Max("pk")
    ):
        newest = max(newest, version)
        if content_type_id == content_type.pk and key in versions_by_key:
            versions_by_key[key] = version
    return versions_by_key, newest


def changed_after(model: type[Record], version: int) -> set[int]:
    """The keys of the records of a model that changed after this version."""
    content_type = ContentType.objects.get_for_model(model)
    newer = Revision.objects.filter(content_type=content_type, pk__gt=version).order_by()
    return set(newer.values_list("object_id", flat=True))


def document_at(record: Record, version: int) -> Document | None:
    """The document of a record at a version, computed back from the current one; None if it did not exist.

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
    """The version before a revision."""
    earlier = Revision.objects.filter(
        content_type=revision.content_type_id, object_id=revision.object_id, pk__lt=revision.pk
    )
    return earlier.aggregate(newest=Max("pk"))["newest"] or 0
