"""Records in the order of their names as readers of a language see them.

Put together here and kept beside the index, once somebody asks for it: the keys of a million titles take 8 seconds,
and the order 4 MB. What has changed since is moved. Of long lists this is done in the background, and until then
pages have the order of the English names, which is there from the start.
"""

from array import array
from heapq import merge
from itertools import islice

from django.db.models import QuerySet

from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import preference_order

from . import refresh
from .registry import IndexedModel
from .sorted_keys import SortedKeys
from .state import IndexState

_BATCH = 10_000
# So many records are put in order in a quarter of a second: more of them in the background.
MAX_SYNCHRONOUS = 20_000


def field_in(kind: IndexedModel, language: str) -> str:
    """The field with the name in a language; "" where names of this kind have but one."""
    stem = kind.name.removesuffix("_en")
    return "" if stem == kind.name else f"{stem}_{language}"


def sort_values(kind: IndexedModel, records: QuerySet, language: str) -> dict[int, tuple[str, str]]:
    """What each of `records` is sorted by: its name, and where that is the same its slug."""
    fields = [field_in(kind, each) for each in preference_order(language)]
    rows = records.order_by().values_list("pk", "slug", *fields).iterator(chunk_size=_BATCH)
    return {
        key: (collation_key(first or second or third, language), slug)
        for key, slug, first, second, third in rows
    }


def sorted_keys(kind: IndexedModel, records: QuerySet, language: str, *, descending: bool) -> list[int]:
    """The keys of `records` in order."""
    ranked = sort_values(kind, records, language)
    keys, rank = iter(ranked), ranked.__getitem__
    # To sort a million at once holds up all other threads for seconds.
    runs = []
    while some := list(islice(keys, _BATCH)):
        runs.append(sorted(some, key=rank, reverse=descending))
    return list(merge(*runs, key=rank, reverse=descending))


def name_order(state: IndexState, collection: str, language: str, *, is_awaited: bool = False) -> SortedKeys:
    """All records of a kind in order, drafts included; of a long list in that of the English names until it is there.

    Unless it `is_awaited`: a file is made once, and has the order that was asked for.
    """
    kind, by = state.index(collection).kind, ("names", language)
    stored = kind.model._base_manager.using(state.using)

    def ranks_of(some: list[int]) -> dict[int, tuple[str, str]]:
        return sort_values(kind, stored.filter(pk__in=some), language)

    def read() -> SortedKeys:
        return SortedKeys.of(array("I", sorted_keys(kind, stored, language, descending=False)))

    def read_beside(newest: IndexState) -> None:
        newest.sorted(collection, by, read, ranks_of)

    in_english = state.index(collection).order
    if is_awaited or len(in_english) <= MAX_SYNCHRONOUS:
        return state.sorted(collection, by, read, ranks_of)
    known = state.followed(collection, by, ranks_of)
    if known is not None:
        return known
    event = refresh.build_in_background(state.using, (collection, *by), read_beside)
    if event is None:
        return state.sorted(collection, by, read, ranks_of)
    event.wait(refresh.WAIT_S)
    known = state.followed(collection, by, ranks_of)
    return in_english if known is None else known
