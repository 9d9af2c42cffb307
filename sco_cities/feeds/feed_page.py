"""The documents of a feed (RFC 5005): the newest changes, and archives of the older ones.

The changes of an archive never change; the names of their records and the passage of their newest status are those of
today. Changes from the number `unsettled` on come later: an archive that was read must not get others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from pyroaring import BitMap

from sco_cities.db.columnar_query import InKeys
from sco_cities.history.models import Revision
from sco_cities.history.public_changes import PublicChange, before, public_changes
from sco_cities.listings.list_query import ListQuery

# The newest document has at least so many changes, if there are.
MIN_CHANGES = 50
# An archive has the changes with numbers of one block; the newest, incomplete block is in the newest document.
BLOCK_SIZE = 500
# Up to so many records, their changes are found by their keys; of more, among the newest of all.
MAX_KEYS = 1_000
# Changes among which the newest document is searched: if only old records match, they are in the archives.
MAX_SCANNED = 20_000


@dataclass(frozen=True)
class FeedPage:
    """The changes of a document, newest first, and the number of the archive before it; None for the oldest."""

    changes: list[PublicChange]
    previous: int | None


def matching_keys(list_query: ListQuery) -> BitMap | None:
    """The records that a valid query finds; None for all, also those that were withdrawn.

    What a filter finds of texts that are not published must not be told.
    """
    found: BitMap | None = None
    for name, value in list_query.result_set.filter_values.items():
        keys = list_query.filterset.filters[name].matching_keys(list_query.state, value)
        found = keys if found is None else found & keys
    return None if found is None else found & list_query.state.published(list_query.listing.collection)


def newest_page(list_query: ListQuery, unsettled: int | None) -> FeedPage:
    """The document that feed readers fetch again and again."""
    keys, revisions = matching_keys(list_query), _revisions(list_query, unsettled)
    last = revisions.values_list("pk", flat=True).first()
    if last is None:
        return FeedPage([], None)
    block = last // BLOCK_SIZE
    newest: list[int] = []
    for key in _matching(revisions, keys):
        if len(newest) >= MIN_CHANGES and key < block * BLOCK_SIZE:
            break
        newest.append(key)
    oldest = newest[-1] if newest else last
    return _page(
        list_query, newest, _block_with_changes(revisions, keys, min(block - 1, oldest // BLOCK_SIZE))
    )


def archive(list_query: ListQuery, block: int, unsettled: int | None) -> FeedPage | None:
    """The changes with the numbers of a complete block; None if there is no such archive."""
    revisions = _revisions(list_query, unsettled)
    last = revisions.values_list("pk", flat=True).first()
    if last is None or not 0 <= block < last // BLOCK_SIZE:
        return None
    keys = matching_keys(list_query)
    of_block = revisions.filter(pk__gte=block * BLOCK_SIZE, pk__lt=(block + 1) * BLOCK_SIZE)
    rows = of_block.values_list("pk", "object_id")
    numbers = [number for number, key in rows if keys is None or key in keys]
    return _page(list_query, numbers, _block_with_changes(revisions, keys, block - 1))


def _revisions(list_query: ListQuery, unsettled: int | None) -> QuerySet[Revision]:
    """The changes of this kind of record that readers could see, newest first."""
    kind = ContentType.objects.get_for_model(list_query.listing.indexed_model.model)
    revisions = Revision.objects.using(list_query.state.using).seen_by_readers().filter(content_type=kind)
    return before(revisions, unsettled).order_by("-pk")


def _matching(revisions: QuerySet[Revision], keys: BitMap | None) -> Iterator[int]:
    """The numbers of the changes of these records, newest first."""
    if keys is None:
        yield from revisions.values_list("pk", flat=True)[:MAX_SCANNED].iterator(chunk_size=BLOCK_SIZE)
    elif len(keys) <= MAX_KEYS:
        yield from revisions.filter(InKeys.of("object_id", keys)).values_list("pk", flat=True)[:MAX_SCANNED]
    else:
        rows = revisions.values_list("pk", "object_id")[:MAX_SCANNED].iterator(chunk_size=BLOCK_SIZE)
        yield from (number for number, key in rows if key in keys)


def _block_with_changes(revisions: QuerySet[Revision], keys: BitMap | None, block: int) -> int | None:
    """The newest block up to this one that has changes; of many records, it may have none of them."""
    if block < 0:
        return None
    earlier = revisions.filter(pk__lt=(block + 1) * BLOCK_SIZE)
    if keys is not None and len(keys) <= MAX_KEYS:
        earlier = earlier.filter(InKeys.of("object_id", keys))
    number = earlier.values_list("pk", flat=True).first()
    return None if number is None else number // BLOCK_SIZE


def _page(list_query: ListQuery, numbers: list[int], previous: int | None) -> FeedPage:
    revisions = (
        Revision.objects.using(list_query.state.using).filter(InKeys.of("pk", numbers)).order_by("-pk")
    )
    return FeedPage(public_changes(list(revisions.select_related("change_set", "content_type"))), previous)
