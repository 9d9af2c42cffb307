"""The subject of a feed, and its changes in the newest document, in an archive, or in a range of numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from pyroaring import BitMap

from sco_cities.db.pk_queries import InKeys
from sco_cities.history.models import Revision
from sco_cities.history.public_changes import PublicChange, before, first_unsettled, public_changes
from sco_cities.listings.list_query import ListQuery
from sco_cities.sources.base_models import Record

# An archive always contains the same changes, but with the current names of the records and the passage for the newest
# status. Changes from the number `unsettled` on are held back, because a published archive must not get new changes.

# Minimum number of changes in the newest document, if there are enough.
MIN_CHANGES = 50
# Change numbers per archive (block). The newest block is incomplete, so it is part of the newest document.
BLOCK_SIZE = 500
# For up to this number of records, changes are found by primary key. For more records, all of the newest changes are
# searched.
MAX_KEYS = 1_000
# Maximum number of changes searched for the newest document. Older matching changes are only in the archives.
MAX_SCANNED = 20_000


@dataclass(frozen=True)
class FeedSubject:
    """The records whose changes a feed contains, and the names and URLs of the feed.

    If `keys` is None, the feed contains the changes of all records of this kind, including withdrawn records. Filtered
    feeds omit unpublished records, because filters could reveal unpublished texts.
    """

    model: type[Record]
    using: str
    keys: BitMap | None
    title: str
    subtitle: str
    page_path: str
    query: str = ""
    record: Record | None = None

    @classmethod
    def of_list(cls, list_query: ListQuery) -> "FeedSubject":
        """Returns the subject for a valid list query."""
        query, found = list_query.filter_query.removesuffix("?"), list_query.result_set
        return cls(
            model=list_query.listing.indexed_model.model,
            using=list_query.state.using,
            keys=found.keys if found.filter_values else None,
            title=list_query.heading,
            subtitle=_(
                "New and corrected records of this list, and status changes. The feed without filters also "
                "includes withdrawn records. If a change makes a record stop matching the filters, the feed does "
                "not include that change."
            ),
            page_path=reverse(f"{list_query.listing.collection}-list") + query,
            query=query,
        )

    @classmethod
    def of_record(cls, record: Record, using: str) -> "FeedSubject":
        """Returns the subject for a record. For a withdrawn record, the subject has the name and URL of the list."""
        # The current name of an unpublished record may never have been public, so it is not shown.
        is_shown = record.is_published
        return cls(
            model=type(record),
            using=using,
            keys=BitMap([record.pk]),
            title=str(record.name if is_shown else record._meta.verbose_name_plural),
            subtitle=_("Corrections, status changes and the withdrawal of this record."),
            page_path=record.get_absolute_url() if is_shown else reverse(f"{record.collection}-list"),
            record=record,
        )

    def path(self, name: str) -> str:
        """Returns the path of this subject's feed ("atom" or "feed") or of its subscription page ("subscribe")."""
        if self.record is not None:
            return reverse(f"record-{name}", args=[self.record.collection, self.record.slug])
        return reverse(f"{self.model.collection}-{name}") + self.query


@dataclass(frozen=True)
class FeedPage:
    """The changes of a document, newest first, and the number of the previous archive (None in the oldest archive)."""

    changes: list[PublicChange]
    previous: int | None


def newest_page(subject: FeedSubject, unsettled: int | None) -> FeedPage:
    """Returns the newest document, which feed readers fetch repeatedly."""
    keys, revisions = subject.keys, _revisions(subject, unsettled)
    last = revisions.values_list("pk", flat=True).first()
    if last is None:
        return FeedPage([], None)
    block = last // BLOCK_SIZE
    newest: list[int] = []
    for key in _matching(revisions, keys, MAX_SCANNED):
        if len(newest) >= MIN_CHANGES and key < block * BLOCK_SIZE:
            break
        newest.append(key)
    older = min(block - 1, (newest[-1] if newest else last) // BLOCK_SIZE)
    return FeedPage(changes_with(subject, newest), _block_with_changes(revisions, keys, older))


def archive(subject: FeedSubject, block: int, unsettled: int | None) -> FeedPage | None:
    """Returns the changes of a complete block of numbers. Returns None if this archive does not exist."""
    revisions = _revisions(subject, unsettled)
    last = revisions.values_list("pk", flat=True).first()
    if last is None or not 0 <= block < last // BLOCK_SIZE:
        return None
    keys = subject.keys
    of_block = revisions.filter(pk__gte=block * BLOCK_SIZE, pk__lt=(block + 1) * BLOCK_SIZE)
    rows = of_block.values_list("pk", "object_id")
    numbers = [number for number, key in rows if keys is None or key in keys]
    return FeedPage(changes_with(subject, numbers), _block_with_changes(revisions, keys, block - 1))


def _revisions(subject: FeedSubject, unsettled: int | None) -> QuerySet[Revision]:
    """Changes to this kind of record that were visible to readers, newest first."""
    revisions = Revision.objects.using(subject.using).seen_by_readers().of_model(subject.model)
    return before(revisions, unsettled).order_by("-pk")


def _matching(revisions: QuerySet[Revision], keys: BitMap | None, limit: int | None = None) -> Iterator[int]:
    """Yields the numbers of the changes to these records, newest first. Reads at most `limit` changes."""
    if keys is None:
        yield from revisions.values_list("pk", flat=True)[:limit].iterator(chunk_size=BLOCK_SIZE)
    elif len(keys) <= MAX_KEYS:
        yield from revisions.filter(InKeys.of("object_id", keys)).values_list("pk", flat=True)[:limit]
    else:
        rows = revisions.values_list("pk", "object_id")[:limit].iterator(chunk_size=BLOCK_SIZE)
        yield from (number for number, key in rows if key in keys)


def _block_with_changes(revisions: QuerySet[Revision], keys: BitMap | None, block: int) -> int | None:
    """Returns the newest block that contains changes and is not newer than `block`.

    For more than MAX_KEYS records, the block's changes may all belong to other records.
    """
    if block < 0:
        return None
    earlier = revisions.filter(pk__lt=(block + 1) * BLOCK_SIZE)
    if keys is not None and len(keys) <= MAX_KEYS:
        earlier = earlier.filter(InKeys.of("object_id", keys))
    number = earlier.values_list("pk", flat=True).first()
    return None if number is None else number // BLOCK_SIZE


def changes_with(subject: FeedSubject, numbers: list[int]) -> list[PublicChange]:
    """Returns the changes with these numbers, newest first."""
    revisions = Revision.objects.using(subject.using).filter(InKeys.of("pk", numbers)).order_by("-pk")
    return public_changes(list(revisions.select_related("change_set", "content_type")))


def numbers_between(subject: FeedSubject, after: int, last: int) -> list[int]:
    """Returns the numbers of the subject's changes that are greater than `after` and at most `last`, newest first."""
    return list(_matching(_revisions(subject, last + 1).filter(pk__gt=after), subject.keys))


def last_settled(using: str) -> int:
    """Returns the number of the newest settled change, or 0. No later commit can add a change up to this number."""
    revisions = before(Revision.objects.using(using).all(), first_unsettled(using))
    return revisions.order_by("-pk").values_list("pk", flat=True).first() or 0
