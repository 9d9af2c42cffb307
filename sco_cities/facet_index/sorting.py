"""Sort keys for lists, and sort orders of all records by column or by name in a language.

A sort order is read on first use and cached with the index (4 MB for a million records). After changes, the order is
updated with about 15 short queries.
"""

from array import array
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import F, QuerySet, TextChoices, Value
from django.db.models.functions import NullIf

from sco_cities.db.functions import Alphabetical
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language, preference_order

from . import refresh
from .facets import Facet, ValueFacet
from .registry import IndexedModel
from .sorted_keys import SortedKeys
from .state import IndexState, ordered_keys


@dataclass(frozen=True)
class SortKey:
    """Sorts by a facet, a database expression or names. Records without a value are last. Equal values are in name
    order.

    For a `facet`, `rank(value, state)` converts values that cannot be sorted directly to sort values, or to None if
    there is no value. For an `expression`, the order is read from the database. If the expression uses only the
    record's own columns (`is_own_column`), the order is cached, and changed records are moved to their new positions.
    Otherwise, the expression is the name of an annotation of the list's QuerySet, and the order is cached until any
    record changes. For a `language`, records are sorted by their names in this language. If `facet`, `expression` and
    `language` are not set, records are sorted by name.
    """

    expression: Any = ""
    facet: Facet | str | None = None
    rank: Callable[[Hashable, Any], Any] = lambda value, state: value
    is_own_column: bool = False
    language: str = ""

    @property
    def order_expression(self):
        return F(self.expression) if isinstance(self.expression, str) else self.expression

    def term(self, *, descending: bool):
        """Returns the first term of the ORDER BY clause for this key."""
        expression = self.order_expression
        return expression.desc(nulls_last=True) if descending else expression.asc(nulls_last=True)


BY_NAME = SortKey()


def by_name_in(language: str) -> SortKey:
    """Sorts by the displayed name in a language."""
    return SortKey(language=language)


def by_column(name: str) -> SortKey:
    """Sorts by a column of the record itself."""
    return SortKey(name, is_own_column=True)


def by_text(name: str) -> SortKey:
    """Sorts by a text column of the record itself, ignoring case. An empty text is treated as no value."""
    return SortKey(Alphabetical(NullIf(F(name), Value(""))), is_own_column=True)


def by_value(name: str) -> SortKey:
    """Sorts by a column that has a dimension of the same name in the index."""
    return SortKey(facet=ValueFacet(name))


def by_count(name: str) -> SortKey:
    """Sorts by the counts in the facet of this name."""
    return SortKey(facet=name)


def by_choice(name: str, choices: type[TextChoices]) -> SortKey:
    """Sorts by the position of a value among the choices, not alphabetically."""
    places = {choice.value: place for place, choice in enumerate(choices)}
    return SortKey(facet=ValueFacet(name), rank=lambda value, state: places[value])


def by_record(related: str | Facet, collection: str) -> SortKey:
    """Sorts by the name of the published record of `collection` that a dimension or facet refers to."""

    def name(key, state):
        record, language = state.index(collection).records[key], active_language()
        if not record.is_published:
            return None
        names = (getattr(record, f"name_{each}") for each in preference_order(language))
        return collation_key(next(filter(None, names), ""), language)

    facet = ValueFacet(related) if isinstance(related, str) else related
    return SortKey(facet=facet, rank=name)


_BATCH_SIZE = 10_000
# Maximum number of records that a request sorts by name. Sorting them takes a quarter of a second. Longer lists are
# sorted in the background.
MAX_SYNCHRONOUS = 20_000
# Maximum time in seconds that a page waits for an order computed in the background.
WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class _Descending:
    """Wraps a value to sort it in descending order."""

    value: Any

    def __lt__(self, other: "_Descending") -> bool:
        return other.value < self.value


def column_order(state: IndexState, collection: str, by: SortKey, *, descending: bool) -> SortedKeys:
    """Returns all records, including drafts, sorted by a column. Records without a value come last.

    Equal values are in name order. Each direction is cached separately. Reading a million records takes seconds.
    """
    indexed_model = state.index(collection).indexed_model
    records = indexed_model.model._base_manager.using(state.using)

    def read() -> SortedKeys:
        ordered = records.order_by(by.term(descending=descending), *indexed_model.ordering)
        return SortedKeys.from_array(ordered_keys(ordered))

    def ranks(keys: list[int]) -> dict[int, tuple]:
        columns = "pk", by.order_expression, *indexed_model.ordering
        rows = records.order_by().filter(pk__in=keys).values_list(*columns)
        return {
            key: (value is None, _Descending(value) if descending and value is not None else value, *names)
            for key, value, *names in rows
        }

    return state.sort_order(collection, ("own", by, descending), read, ranks)


def localized_name_field(indexed_model: IndexedModel, language: str) -> str:
    """Returns the field for names in a language, or "" if the model has names in only one language."""
    stem = indexed_model.name_field.removesuffix("_en")
    return "" if stem == indexed_model.name_field else f"{stem}_{language}"


def sort_values(indexed_model: IndexedModel, records: QuerySet, language: str) -> dict[int, tuple[str, str]]:
    """Maps the keys of `records` to sort values, which consist of the name's collation key and the slug."""
    fields = [localized_name_field(indexed_model, each) for each in preference_order(language)]
    rows = records.order_by().values_list("pk", "slug", *fields).iterator(chunk_size=_BATCH_SIZE)
    return {key: sort_value(slug, names, language) for key, slug, *names in rows}


def sort_value(slug: str, names: list[str], language: str) -> tuple[str, str]:
    """Returns the sort value of a record. `names` are in order of preference."""
    return collation_key(next(filter(None, names), ""), language), slug


def keys_by_name(
    indexed_model: IndexedModel, records: QuerySet, language: str, *, descending: bool
) -> list[int]:
    """Returns the keys of `records`, sorted by name in a language."""
    values = sort_values(indexed_model, records, language)
    keys, rank = iter(values), values.__getitem__
    # Sorting a million keys in one call would block all other threads for seconds.
    runs = []
    while batch := list(islice(keys, _BATCH_SIZE)):
        runs.append(sorted(batch, key=rank, reverse=descending))
    return list(merge(*runs, key=rank, reverse=descending))


def name_order(state: IndexState, collection: str, language: str, *, is_awaited: bool = False) -> SortedKeys:
    """Returns all records, including drafts, sorted by their displayed names in `language`.

    Computing the collation keys of a million titles takes 8 seconds, so a long list is sorted in the background. Until
    the order is ready, this function returns the order by English names, because that order always exists. If
    `is_awaited` is set, the function waits for the order, because files must have the requested order.
    """
    indexed_model, by = state.index(collection).indexed_model, ("names", language)
    records = indexed_model.model._base_manager.using(state.using)

    def ranks(keys: list[int]) -> dict[int, tuple[str, str]]:
        return sort_values(indexed_model, records.filter(pk__in=keys), language)

    def read() -> SortedKeys:
        return SortedKeys.from_array(
            array("I", keys_by_name(indexed_model, records, language, descending=False))
        )

    def build(newest: IndexState) -> None:
        newest.sort_order(collection, by, read, ranks)

    english_order = state.index(collection).order
    if is_awaited or len(english_order) <= MAX_SYNCHRONOUS:
        return state.sort_order(collection, by, read, ranks)
    cached = state.cached_sort_order(collection, by, ranks)
    if cached is not None:
        return cached
    event = refresh.build_in_background(state.using, (collection, *by), build)
    if event is None:
        return state.sort_order(collection, by, read, ranks)
    event.wait(WAIT_S)
    cached = state.cached_sort_order(collection, by, ranks)
    return english_order if cached is None else cached
