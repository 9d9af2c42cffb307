"""What the page of the matrix shows of a selection of initiatives: places in an order, and what two are in together."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict

from sco_cities.dashboard.cooccurrence import CITY, PLACE_KINDS, PairCounts, pairs
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language
from sco_cities.listings import querystring
from sco_cities.listings.filter_options import FilterPanel, labels
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import PAGE_PARAMETERS, SORT

from .seriation import seriate

# What stands on both sides, in which order, and how many of them: parameters of this page alone.
BY, ORDER, MOST = "by", "order", "most"
CLUSTERS, NAME = ORDERS = ("clusters", "name")
LARGEST, EVERYTHING = MOSTS = ("30", "all")
# A page has so many squares at most: with numbers in all of them it stays under 100 kB on its way.
MATRIX_SIZE = 7_500
# The filters that say most about who works with whom come first.
FIRST = ("q", "theme", "kind", "status", "year_from", "year_to")


class MatrixPage(ListPage):
    """A selection of initiatives as a matrix; its pages are blocks of rows, each with all columns."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.side = PLACE_KINDS[self._read_choice(BY, tuple(PLACE_KINDS), CITY.name)]
        self.order = self._read_choice(ORDER, ORDERS, CLUSTERS)
        self.most = self._read_choice(MOST, MOSTS, LARGEST)

    @property
    def parameters(self):
        return {*super().parameters, BY, ORDER, MOST}

    @property
    def export_query(self) -> str:
        """The query string of the file: of all places, whatever the page shows."""
        return self._without(ORDER, MOST, SORT)

    @property
    def list_query(self) -> str:
        """The query string of the list of the same initiatives."""
        return self._without(BY, ORDER, MOST)

    def _without(self, *names: str) -> str:
        return querystring.without(self.params, *PAGE_PARAMETERS, *names, *self.unknown_parameters)

    @property
    def list_params(self) -> QueryDict:
        """The parameters of that list."""
        return QueryDict(self.list_query[1:])

    @cached_property
    def facets(self) -> list[FilterPanel]:
        facets = super().facets
        first = [facet for name in FIRST for facet in facets if facet.name == name]
        return first + [facet for facet in facets if facet.name not in FIRST]

    @cached_property
    def pairs(self) -> PairCounts:
        """The pairs among the initiatives; none while something is wrong."""
        return pairs(self.state, self.side, self.found.keys)

    @cached_property
    def places(self) -> list[int]:
        """The keys of the places that are shown, in order: those that are most together with others."""
        return self._remembered(f"matrix by {self.side.name}, {self.most}, {self.order}", self._in_order)

    def _in_order(self) -> list[int]:
        largest = self.pairs.largest(None if self.most == EVERYTHING else int(self.most))
        if self.order == NAME:
            return sorted(largest, key=self.by_name)
        at = {key: place for place, key in enumerate(largest)}
        ties: list[dict[int, int]] = [{} for _key in largest]
        for one, other, count in self.pairs:
            if one in at and other in at:
                ties[at[one]][at[other]] = ties[at[other]][at[one]] = count
        return [largest[place] for place in seriate(ties)]

    def by_name(self, key: int) -> tuple[Any, ...]:
        """What places are sorted by where it is by name: in the reader's alphabet."""
        return collation_key(self.names[key], active_language()), self.slug(key)

    @cached_property
    def names(self) -> dict[int, str]:
        return labels(self.state, self.side.collection)

    def slug(self, key: int) -> str:
        return self.state.index(self.side.collection).records[key].slug

    @property
    def left_out(self) -> int:
        """How many places share initiatives and are not shown."""
        return len(self.pairs.sizes) - len(self.places)

    @property
    def alone(self) -> int:
        """How many places have initiatives, but none together with another."""
        return len(self.pairs.in_all) - len(self.pairs.sizes)

    @cached_property
    def largest(self) -> int:
        """The most initiatives that two of the places shown are in together."""
        shown = set(self.places)
        return max((count for one, other, count in self.pairs if one in shown and other in shown), default=0)

    @cached_property
    def page(self) -> Page:
        return self.paged(self.places, max(MATRIX_SIZE // (len(self.places) or 1), 1))

    def choices(self, name: str, values: Sequence[str], chosen: str) -> list[tuple[str, str, bool]]:
        """For each value of a parameter of this page: itself, its query string, and whether it is the one."""
        return [
            (
                value,
                querystring.replacing(self.params, (name, "" if value == values[0] else value)),
                value == chosen,
            )
            for value in values
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of the filters keeps of the address without having a field for it."""
        usual = ((BY, self.side.name, CITY.name), (ORDER, self.order, CLUSTERS), (MOST, self.most, LARGEST))
        return [(name, value) for name, value, default in usual if value != default]
