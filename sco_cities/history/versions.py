"""Version numbers, earlier documents and fingerprints of records.

A version is the key of the newest revision, or 0 before the first revision. Each revision stores a fingerprint of the
resulting document. If the current document has a different fingerprint, the record was changed without a revision, for
example by SQL. Revisions written by earlier releases have no fingerprint.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping

import orjson
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q, Subquery

from sco_cities.core.publication_state import VISIBLE
from sco_cities.db.pk_queries import pk_in
from sco_cities.sources.base_models import Record

from . import delta, serialization
from .delta import Delta
from .models import Action, Revision
from .serialization import Document

# If a write creates more records, their fingerprints cover only columns, because reading all lists would double the
# import time.
MAX_READ_WHOLE = 1000
# The prefix of digests that cover only columns. The prefix is not a hexadecimal digit.
_COLUMNS_ONLY = "-"


def version_of(record: Record) -> int:
    """Returns the current version of a record."""
    return versions(type(record), [record.pk])[record.pk]


def versions(model: type[Record], keys: Collection[int]) -> dict[int, int]:
    """Returns the current versions of records by key."""
    newest = Revision.objects.of_model(model, keys).order_by().values_list("object_id").annotate(Max("pk"))
    return dict.fromkeys(keys, 0) | dict(newest)


def versions_and_newest(model: type[Record], keys: Collection[int]) -> tuple[dict[int, int], int]:
    """Returns the versions of a few records by key, and the newest version of all records."""
    content_type = ContentType.objects.get_for_model(model)
    last = Revision.objects.order_by("-pk").values("pk")[:1]
    # The keys are passed as a list, because a subquery in this OR condition would make the database scan all revisions.
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
    """Returns the keys of a model's records that have changed since this version."""
    newer = Revision.objects.of_model(model).filter(pk__gt=version).order_by()
    return set(newer.values_list("object_id", flat=True))


def documents_at(model: type[Record], versions: Mapping[int, int]) -> dict[int, Document]:
    """Returns the documents of records at these versions, by key.

    The result is computed from the current documents. It omits records that did not exist yet, and includes records
    that were deleted later.
    """
    documents = serialization.read_documents(model, list(versions))
    oldest = min(versions.values(), default=0)
    later = Revision.objects.of_model(model, versions).filter(pk__gt=oldest)
    revisions = (each for each in later.order_by("-pk").iterator() if each.pk > versions[each.object_id])
    return documents_before(model, documents, revisions)


def documents_before(
    model: type[Record],
    documents: Mapping[int, Document],
    revisions: Iterable[Revision],
    lists: Collection[str] | None = None,
) -> dict[int, Document]:
    """Returns the documents before these revisions. `revisions` are ordered newest first.

    If `lists` is given, only columns and these lists are reverted. Records that did not exist yet are omitted. Records
    that were deleted later are included. Fields that documents no longer contain are omitted.
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


# Revisions that withdrew or deleted a published record.
UNPUBLISHED = Q(state_before=VISIBLE) & ~Q(state=VISIBLE)


def published_last(
    model: type[Record], keys: Collection[int], documents: Mapping[int, Document] | None = None
) -> dict[int, Document]:
    """Returns the last public documents of records that are no longer published. Other records are omitted.

    `documents` contains the current documents if the caller has already read them.
    """
    revisions = Revision.objects.of_model(model, keys)
    since = dict(revisions.filter(UNPUBLISHED).order_by("pk").values_list("object_id", "pk"))
    if not since:
        return {}
    later = revisions.filter(pk_in(since, "object_id"), pk__gte=min(since.values())).order_by("-pk")
    if documents is None:
        documents = serialization.read_documents(model, list(since))
    current = {key: documents[key] for key in since if key in documents}
    return documents_before(model, current, (each for each in later if each.pk >= since[each.object_id]))


def changes_since(model: type[Record], since: Mapping[int, int | None]) -> dict[int, Delta]:
    """Returns the changes to stored records since these versions, by key. Runs a fixed number of queries.

    If a version is None, all values of the record are treated as changes.
    """
    current = serialization.read_documents(model, list(since))
    known = {key: version for key, version in since.items() if version is not None}
    before = documents_at(model, known) if known else {}
    return {key: delta.diff(before.get(key), document) for key, document in current.items()}


def fingerprint(document: Document, *, has_lists: bool = True) -> str:
    """Returns the hash of a document or its columns. Ignores empty values, because later releases may add fields."""
    filled = {name: _filled(value) for name, value in document.items() if value}
    if not has_lists:
        filled = {name: value for name, value in filled.items() if not isinstance(value, list)}
    digest = hashlib.blake2b(orjson.dumps(filled, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
    return digest if has_lists else _COLUMNS_ONLY + digest


def _filled(value):
    if not isinstance(value, list):
        return value
    return [
        {name: each for name, each in row.items() if each} if isinstance(row, dict) else row for row in value
    ]


def fingerprints_of_new(model: type[Record], keys: Collection[int]) -> dict[int, str]:
    """Returns the fingerprints of records that have just been created, by key."""
    has_lists = len(keys) <= MAX_READ_WHOLE
    documents = serialization.read_documents(model, keys, None if has_lists else ())
    return {key: fingerprint(document, has_lists=has_lists) for key, document in documents.items()}


def has_unrecorded_changes(record: Record, document: Document | None = None) -> bool:
    """Returns True if a record differs from its newest revision, or False if the revision has no fingerprint.

    `document` is the record's document, if the caller has just read it.
    """
    recorded = Revision.objects.of(record).values_list("fingerprint", flat=True).first()
    if not recorded:
        return False
    document = document or serialization.read_documents(type(record), [record.pk]).get(record.pk)
    if document is None:
        return False
    return recorded != fingerprint(document, has_lists=not recorded.startswith(_COLUMNS_ONLY))
