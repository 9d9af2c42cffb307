"""What lists are sorted by, said once for the database and for the facet index."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Func, TextChoices, Value, When
from django.db.models.functions import Coalesce, NullIf

from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language, preference_order

from .facets import Facet, ValueFacet


class Alphabetical(Func):
    """Sorts a text by its letters, A to Z whatever their case, in the same way on both databases."""

    function = "LOWER"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler,
            connection,
            template='%(function)s((%(expressions)s) COLLATE "C") COLLATE "C"',
            **context,
        )


@dataclass(frozen=True)
class SortKey:
    """Sorted by an expression; what has no value comes last, and ties come in the order of names.

    `expression` is "" for the order of names itself, and may name what the list's QuerySet annotates. `facet`
    gives the same values in the facet index, and `rank` (value, state) the place of one, where that is not the
    value itself. Without a facet the order is read from the database: where the expression looks at the record's
    `own` columns only, it is kept and what changes is moved; otherwise it is kept until anything changes. With a
    `language` it is by name as its readers see it, in their alphabet, and the expression only comes near to that.
    """

    expression: Any = ""
    facet: Facet | str | None = None
    rank: Callable[[Hashable, Any], Any] = lambda value, state: value
    own: bool = False
    language: str = ""

    @property
    def value(self):
        """The expression itself."""
        return F(self.expression) if isinstance(self.expression, str) else self.expression

    def term(self, *, descending: bool):
        """The first term of an ORDER BY."""
        return self.value.desc(nulls_last=True) if descending else self.value.asc(nulls_last=True)


BY_NAME = SortKey()


def by_name_in(stem: str, language: str) -> SortKey:
    """Sorted by the name (`stem` "name" or "title") as readers of a language see it."""
    filled = [NullIf(F(f"{stem}_{each}"), Value("")) for each in preference_order(language)]
    return SortKey(Alphabetical(Coalesce(*filled)), own=True, language=language)


def by_column(name: str) -> SortKey:
    """Sorted by a column of the record itself."""
    return SortKey(name, own=True)


def by_text(name: str) -> SortKey:
    """Sorted by the letters of a column of the record itself; an empty text is no value."""
    return SortKey(Alphabetical(NullIf(F(name), Value(""))), own=True)


def by_value(name: str) -> SortKey:
    """Sorted by a column of which the index has an axis of the same name."""
    return SortKey(name, ValueFacet(name))


def by_count(name: str) -> SortKey:
    """Sorted by a number that the list's QuerySet annotates and of which the index has a facet of the same name."""
    return SortKey(name, name)


def by_choice(name: str, choices: type[TextChoices]) -> SortKey:
    """Sorted by the place that a value has among the choices, not by the alphabet."""
    places = {choice.value: place for place, choice in enumerate(choices)}
    cases = (When(**{name: value}, then=Value(place)) for value, place in places.items())
    return SortKey(Case(*cases), ValueFacet(name), lambda value, state: places[value])


def by_record(path: str, axis: str, of: str) -> SortKey:
    """Sorted by the name of the record of kind `of` that the field `path` and the axis lead to."""

    def name(key, state):
        record, language = state.index(of).records[key], active_language()
        names = (getattr(record, f"name_{each}") for each in preference_order(language))
        return collation_key(next(filter(None, names), ""), language)

    return SortKey(Alphabetical(f"{path}__name_en"), ValueFacet(axis), name)
