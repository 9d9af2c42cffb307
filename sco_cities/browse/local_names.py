"""Records in the order of their names as readers of a language see them.

Put together here and kept beside the index, once somebody asks for it: the keys of a million titles take 8 seconds,
and the order 4 MB. What has changed since is moved.
"""

from array import array
from collections.abc import Iterable

from django.db.models import QuerySet
from pyroaring import BitMap

from . import collation
from .index.axes import batches
from .index.kinds import Kind
from .index.order import Order
from .index.state import State

_AT_ONCE = 10_000


def field_in(kind: Kind, language: str) -> str:
    """The field with the name in a language; "" where names of this kind have but one."""
    stem = kind.name.removesuffix("_en")
    return "" if stem == kind.name else f"{stem}_{language}"


def ranks(kind: Kind, records: QuerySet, language: str) -> dict[int, tuple[str, str]]:
    """What each of `records` is sorted by: its name, and where that is the same its slug."""
    fields = [field_in(kind, each) for each in collation.preferred(language)]
    rows = records.order_by().values_list("pk", "slug", *fields).iterator(chunk_size=_AT_ONCE)
    in_alphabet = collation.in_alphabet
    return {
        key: (in_alphabet(first or second or third, language), slug)
        for key, slug, first, second, third in rows
    }


def ordered(kind: Kind, records: QuerySet, language: str, *, descending: bool) -> list[int]:
    """The keys of `records` in order."""
    ranked = ranks(kind, records, language)
    return sorted(ranked, key=ranked.__getitem__, reverse=descending)


def order(state: State, collection: str, language: str) -> Order:
    """All records of a kind in order, drafts included."""
    kind = state.index(collection).kind
    stored = kind.model._base_manager.using(state.using)

    def ranks_of(keys: Iterable[int]) -> dict[int, tuple[str, str]]:
        found = {}
        for some in batches(BitMap(keys)):
            found |= ranks(kind, stored.filter(pk__in=some), language)
        return found

    def read() -> Order:
        return Order.of(array("I", ordered(kind, stored, language, descending=False)))

    return state.sorted(collection, ("names", language), read, ranks_of)
