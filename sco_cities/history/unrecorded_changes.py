"""Finds records that were changed without a revision, for example by SQL.

Each revision stores a fingerprint of the resulting document. Revisions of earlier releases have none.
"""

import hashlib
from collections.abc import Collection

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.sources.base_models import Record

from .models import Revision
from .serialization import Document, read_documents

# The response header, and the message in pages and files, for records with unrecorded changes.
HEADER = "Unrecorded-Changes"
SENTENCE: str | Promise = _(
    "Some changes to this record are not in its history. An earlier date may therefore show newer values."
)
# If a write creates more records than this, only their columns are read, because reading all lists would take as long
# as the import.
MAX_READ_WHOLE = 1000
# Marks a digest of columns only. Digests contain only hexadecimal digits.
_COLUMNS_ONLY = "-"


def fingerprint(document: Document, *, has_lists: bool = True) -> str:
    """The digest of a document, or of its columns. Empty values are ignored, because later releases may add fields."""
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
    """The fingerprints of records that have just been created, by key."""
    has_lists = len(keys) <= MAX_READ_WHOLE
    documents = read_documents(model, keys, None if has_lists else ())
    return {key: fingerprint(document, has_lists=has_lists) for key, document in documents.items()}


def has_unrecorded_changes(record: Record, document: Document | None = None) -> bool:
    """True if a stored record differs from the document after its newest revision. False without a fingerprint.

    `document` is the record's document, if the caller has just read it.
    """
    recorded = Revision.objects.of(record).values_list("fingerprint", flat=True).first()
    if not recorded:
        return False
    document = document or read_documents(type(record), [record.pk]).get(record.pk)
    if document is None:
        return False
    return recorded != fingerprint(document, has_lists=not recorded.startswith(_COLUMNS_ONLY))
