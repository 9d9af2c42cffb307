"""Sort keys for lists."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, TextChoices, Value
from django.db.models.functions import NullIf

from sco_cities.db.functions import Alphabetical
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language, preference_order

from .facets import Facet, ValueFacet


@dataclass(frozen=True)
class SortKey:
    """Sorts by a facet, a database expression or names. Records without a value come last, and ties are sorted by name.

    For a `facet`, `rank(value, state)` converts values that cannot be sorted directly to sort values, or to None for no
    value. For an `expression`, the order is read from the database. If the expression uses only the record's own
    columns (`is_own_column`), the order is cached and only changed records are moved to their new positions. Otherwise
    the expression names an annotation of the list's QuerySet, and the order is cached until any record changes. For a
    `language`, records are sorted by their names in this language. If none of these is set, records are sorted by name.
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
        """The first term of the ORDER BY clause."""
        expression = self.order_expression
        return expression.desc(nulls_last=True) if descending else expression.asc(nulls_last=True)


BY_NAME = SortKey()


def by_name_in(language: str) -> SortKey:
    """Sorts by the name that readers of a language see."""
    return SortKey(language=language)


def by_column(name: str) -> SortKey:
    """Sorts by a column of the record itself."""
    return SortKey(name, is_own_column=True)


def by_text(name: str) -> SortKey:
    """Sorts by a text column of the record itself, ignoring case. An empty text counts as no value."""
    return SortKey(Alphabetical(NullIf(F(name), Value(""))), is_own_column=True)


def by_value(name: str) -> SortKey:
    """Sorts by a column for which the index has a dimension of the same name."""
    return SortKey(facet=ValueFacet(name))


def by_count(name: str) -> SortKey:
    """Sorts by a number for which the index has a facet of this name."""
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
