"""What a map is of: the initiatives that a list of them finds, and the lists that its marks lead to.

A mark's number is the number of its list, whatever filters the list has already. What no list could say is not drawn.
"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict
from django.urls import reverse
from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from sco_cities.browse.fields import NOT, Chosen
from sco_cities.browse.index.state import State
from sco_cities.browse.selection import Selection

CITY, WITH_CITY, PILLAR = "city", "with_city", "pillar"
# What the lists of cities and of initiatives mean alike.
OF_BOTH = ("theme", PILLAR)


@dataclass(frozen=True)
class Scope:
    """The initiatives of a selection; with `only`, on a map of these cities."""

    selection: Selection
    only: BitMap | None = None

    @classmethod
    def of_cities(cls, cities: Selection) -> "Scope":
        """The cities of a list of them, and what they do together on the themes that the list asks for."""
        shared = [
            (name, value) for name, _item, values in cities.active if name in OF_BOTH for value in values
        ]
        asked = Selection(INITIATIVES, cities.state, QueryDict(urlencode(shared)))
        asked.errors.update(cities.errors)
        return cls(asked, cities.found.keys)

    @property
    def state(self) -> State:
        return self.selection.state

    @property
    def found(self) -> BitMap:
        """The keys of the initiatives."""
        return self.selection.found.keys

    @cached_property
    def without_pillar(self) -> BitMap:
        """What all filters but the one by pillar find."""
        return self.selection.found.without(PILLAR)

    @cached_property
    def wanted(self) -> tuple[frozenset[str], frozenset[str]]:
        """The cities that `city` and `with_city` ask for, by slug."""
        asked = self.selection.found.asked
        return tuple(frozenset(asked.get(name, Chosen()).wanted) for name in (CITY, WITH_CITY))

    @property
    def query(self) -> str:
        """The query string of the list that is mapped."""
        return _query([(name, value) for name, values in self._given for value in values])

    def address_of_city(self, slug: str) -> str:
        """The list of the initiatives of a city; "" where there is no such list."""
        one, other = self.wanted
        if (not one and not other) or slug in one or (other and not one):
            return self._with([slug], None)
        if not other or slug in other:
            return self._with(None, [slug])
        return ""

    def address_of_tie(self, one: str, other: str) -> str:
        """The list of the initiatives in which both take part; "" where there is no such list."""
        asked, besides = self.wanted
        for first, second in ((one, other), (other, one)):
            if asked and besides:
                is_said = first in asked and second in besides
            else:
                is_said = first in asked if asked else second in besides or not besides
            if is_said:
                return self._with([first], [second])
        return ""

    def query_of_pillar(self, pillar: str) -> str:
        """The query string of the same map of another pillar; of all, where `pillar` is ""."""
        kept = [(name, value) for name, values in self._given if name != PILLAR for value in values]
        return _query([*kept, *([(PILLAR, pillar)] if pillar else [])])

    @cached_property
    def _given(self) -> list[tuple[str, list[str]]]:
        return [(name, values) for name, _item, values in self.selection.active]

    @cached_property
    def _list(self) -> str:
        return reverse("initiatives-list")

    @cached_property
    def _rest(self) -> str:
        """The other filters, as the end of a query string."""
        pairs = [(name, value) for name, values in self._given for value in values]
        others = [(name, value) for name, value in pairs if name not in (CITY, WITH_CITY)]
        return f"&{urlencode(others)}" if others else ""

    def _with(self, cities: list[str] | None, others: list[str] | None) -> str:
        """The list with other cities; None leaves a filter as it is. What is unwanted stays unwanted."""
        given, said = self._places, []
        for name, slugs in ((CITY, cities), (WITH_CITY, others)):
            values = given.get(name, ())
            if slugs is not None:
                values = [*slugs, *(value for value in values if value.startswith(NOT))]
            said += [f"{name}={value}" for value in values]
        return f"{self._list}?{'&'.join(said)}{self._rest}"

    @cached_property
    def _places(self) -> dict[str, list[str]]:
        """What is asked of cities, as a query string has it: slugs need no quoting."""
        return {
            name: [quote_plus(v) for v in values] for name, values in self._given if name in (CITY, WITH_CITY)
        }


def _query(pairs: list[tuple[str, str]]) -> str:
    return f"?{urlencode(pairs)}" if pairs else ""
