"""Version numbers of records. A version is the key of the newest revision, or 0 before the first revision."""

from collections.abc import Collection, Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q, Subquery

from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import PublicationState, Record

from . import delta, serialization
from .delta import Delta
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
    # The keys are listed, because with a subquery in this OR condition the database would scan all revisions.
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
    """The keys of the records of a model that have changed after this version."""
    content_type = ContentType.objects.get_for_model(model)
    newer = Revision.objects.filter(content_type=content_type, pk__gt=version).order_by()
    return set(newer.values_list("object_id", flat=True))


def document_at(record: Record, version: int) -> Document | None:
    """The document of a record at a version, or None if it did not exist. The record may have been deleted since."""
    return documents_at(type(record), {record.pk: version}).get(record.pk)


def documents_at(model: type[Record], versions: Mapping[int, int]) -> dict[int, Document]:
    """The documents of records at these versions, by key. They are computed back from the current documents."""
    documents = serialization.read_documents(model, list(versions))
    later = Revision.objects.filter(
        pk_in(versions, "object_id"),
        content_type=ContentType.objects.get_for_model(model),
        pk__gt=min(versions.values(), default=0),
    )
    revisions = (each for each in later.order_by("-pk").iterator() if each.pk > versions[each.object_id])
    return documents_before(model, documents, revisions)


def documents_before(
    model: type[Record],
    documents: Mapping[int, Document],
    revisions: Iterable[Revision],
    lists: Collection[str] | None = None,
) -> dict[int, Document]:
    """Returns the documents before these revisions, which are given newest first. `lists` limits their lists.

    Records that did not exist yet have no document, and records deleted since then have one. Fields that documents no
    longer contain are left out.
    """
    schema, before = serialization.document_schema(model), dict(documents)
    blank = schema.blank()
    known = schema.columns.keys() | (blank.keys() if lists is None else set(lists))
    for revision in revisions:
        if revision.action == Action.CREATED:
            before.pop(revision.object_id, None)
            continue
        changes = {name: change for name, change in revision.changes.items() if name in known}
        document = before.get(revision.object_id) or blank
        before[revision.object_id] = delta.apply(document, delta.invert(changes))
    return before


# Revisions that ended the publication of a record.
UNPUBLISHED = Q(state_before=PublicationState.PUBLISHED) & ~Q(state=PublicationState.PUBLISHED)


def published_last(
    model: type[Record], keys: Collection[int], documents: Mapping[int, Document] | None = None
) -> dict[int, Document]:
    """The documents of unpublished records as readers last saw them. Records that readers never saw have none.

    `documents` contains the current documents, if the caller has them.
    """
    revisions = Revision.objects.filter(
        pk_in(keys, "object_id"), content_type=ContentType.objects.get_for_model(model)
    )
    since = dict(revisions.filter(UNPUBLISHED).order_by("pk").values_list("object_id", "pk"))
    if not since:
        return {}
    later = revisions.filter(pk_in(since, "object_id"), pk__gte=min(since.values())).order_by("-pk")
    if documents is None:
        documents = serialization.read_documents(model, list(since))
    current = {key: documents[key] for key in since if key in documents}
    return documents_before(model, current, (each for each in later if each.pk >= since[each.object_id]))


def changes_since(record: Record, version: int | None) -> Delta:
    """The changes of a stored record since a version. If the version is None, its whole content counts as a change."""
    return all_changes_since(type(record), {record.pk: version})[record.pk]


def all_changes_since(model: type[Record], since: Mapping[int, int | None]) -> dict[int, Delta]:
    """The changes of stored records since these versions, by key. The number of queries is fixed."""
    current = serialization.read_documents(model, list(since))
    known = {key: version for key, version in since.items() if version is not None}
    before = documents_at(model, known) if known else {}
    return {key: delta.diff(before.get(key), document) for key, document in current.items()}
