"""The cooperation matrix, which shows the joint initiatives of places as a table of squares and as a CSV file."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from heapq import nsmallest
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language
from sco_cities.listings import querystring
from sco_cities.listings.filter_options import FilterPanel, labels
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import PAGE_PARAMETERS, SORT
from sco_cities.listings.views import page_view

from .cooccurrence import CITY, COUNTRY, PLACE_KINDS, Directions, PairCounts, pair_counts
from .csv_response import COUNT, CsvTable, csv_response

# Query parameters of this page (the kind of place, the order, and the number of places).
BY, ORDER, MOST = "by", "order", "most"
# URLs may contain `clusters` as a synonym of `total`.
TOTAL, CLUSTERS, NAME = ORDER_CHOICES = ("total", "clusters", "name")
LARGEST, EVERYTHING = MOST_CHOICES = ("30", "all")
# Maximum number of squares on a page. A page where all squares contain numbers is transferred in less than 100 kB.
MATRIX_SIZE = 7_500
# Maximum number of pairs in the ranked list.
RANKED_PAIRS = 30
# These filters are shown first, because they are most useful for the matrix.
FIRST_FILTERS = ("q", "theme", "kind", "status", "year_from", "year_to")


class MatrixPage(ListPage):
    """A list of initiatives as a matrix. Each page shows some of the rows, with all columns."""

    templates = "dashboard/matrix/matrix.html", "dashboard/matrix/_results.html"
    # The default is countries, because most city pairs have only one joint initiative, so their matrix shows little.
    default_side = COUNTRY

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.side = PLACE_KINDS[self._read_choice(BY, tuple(PLACE_KINDS), self.default_side.name)]
        order = self._read_choice(ORDER, ORDER_CHOICES, TOTAL)
        self.order = TOTAL if order == CLUSTERS else order
        self.most = self._read_choice(MOST, MOST_CHOICES, LARGEST)

    @property
    def parameters(self):
        return {*super().parameters, BY, ORDER, MOST}

    @property
    def export_query(self) -> str:
        """The query string for the CSV file, which always contains all places."""
        return querystring.extended(self._without(BY, ORDER, MOST, SORT), f"{BY}={self.side.name}")

    @property
    def initiatives_query(self) -> str:
        """The query string of the list with the same initiatives."""
        return self._without(BY, ORDER, MOST)

    def _without(self, *names: str) -> str:
        return querystring.without(self.params, *PAGE_PARAMETERS, *names, *self.unknown_parameters)

    @property
    def list_params(self) -> QueryDict:
        """The query parameters of the list with the same initiatives."""
        return QueryDict(self.initiatives_query[1:])

    @cached_property
    def filter_panels(self) -> list[FilterPanel]:
        facets = super().filter_panels
        first = [facet for name in FIRST_FILTERS for facet in facets if facet.name == name]
        return first + [facet for facet in facets if facet.name not in FIRST_FILTERS]

    @cached_property
    def pairs(self) -> PairCounts:
        """The pairs in the listed initiatives. Empty if a parameter is invalid."""
        return pair_counts(self.state, self.side, self.result_set.keys)

    @cached_property
    def places(self) -> list[int]:
        """The keys of the places with the most joint initiatives, in display order."""
        return self._cached(f"matrix by {self.side.name}, {self.most}, {self.order}", self._ordered_places)

    def _ordered_places(self) -> list[int]:
        largest = self.pairs.largest(None if self.most == EVERYTHING else int(self.most))
        if self.order == NAME:
            return sorted(largest, key=self.by_name)
        # Places with equal totals stay sorted by their joint initiatives.
        return sorted(largest, key=lambda key: -self.pairs.total_counts[key])

    def by_name(self, key: int) -> tuple[Any, ...]:
        """Returns the sort key of a place by name, in the collation of the reader's language."""
        return collation_key(self.names[key], active_language()), self.slug(key)

    @cached_property
    def names(self) -> dict[int, str]:
        return labels(self.state, self.side.collection)

    def slug(self, key: int) -> str:
        return self.state.index(self.side.collection).records[key].slug

    @cached_property
    def ranked_pairs(self) -> list[tuple[int, int, int]]:
        """The pairs with the most joint initiatives, as (one, other, count). `one` has more joint initiatives."""
        rank = {key: position for position, key in enumerate(self.pairs.largest())}
        pairs = ((*sorted((one, other), key=rank.__getitem__), count) for one, other, count in self.pairs)
        return nsmallest(RANKED_PAIRS, pairs, key=lambda pair: (-pair[2], rank[pair[0]], rank[pair[1]]))

    @property
    def strongest_pair(self) -> tuple[int, int, int] | None:
        """The pair with the most joint initiatives. None if two pairs are tied."""
        first, second = (*self.ranked_pairs[:2], None, None)[:2]
        return first if first and not (second and second[2] == first[2]) else None

    @property
    def place_with_most_partners(self) -> tuple[int, int] | None:
        """The place with the most partners, and its number of partners. None if two places are tied."""
        partners = Counter(key for one, other, _count in self.pairs for key in (one, other))
        first, second = (*partners.most_common(2), None, None)[:2]
        return first if first and not (second and second[1] == first[1]) else None

    @property
    def hidden_count(self) -> int:
        """The number of places with joint initiatives that are not on the page."""
        return len(self.pairs.joint_counts) - len(self.places)

    @property
    def isolated_count(self) -> int:
        """The number of places that have initiatives, but no joint initiatives with other places."""
        return len(self.pairs.total_counts) - len(self.pairs.joint_counts)

    @cached_property
    def largest(self) -> int:
        """The largest number of joint initiatives of two shown places."""
        places = set(self.places)
        return max(
            (count for one, other, count in self.pairs if one in places and other in places), default=0
        )

    @cached_property
    def page(self) -> Page:
        return self.paginate(self.places, max(MATRIX_SIZE // (len(self.places) or 1), 1))

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The matrix parameters that differ from their defaults, which the filter form submits as hidden fields."""
        parameters = (
            (BY, self.side.name, self.default_side.name),
            (ORDER, self.order, TOTAL),
            (MOST, self.most, LARGEST),
        )
        return [(name, value) for name, value, default in parameters if value != default]


class MatrixFile(MatrixPage):
    """The matrix as a CSV file, with cities as the default kind of place. The columns are a stable public format."""

    default_side = CITY


def table(page: MatrixPage) -> CsvTable:
    """Returns a table with a row for each pair of places with joint initiatives, sorted by slug.

    Each pair has two rows, one for each direction. `shares` and `learns` describe the first place. The row of a place
    with itself contains its total.
    """
    one, other = page.side.name, page.side.other_name
    return CsvTable((one, f"{one}_names", other, f"{other}_names", COUNT, "shares", "learns"), _rows(page))


def _rows(page: MatrixPage) -> Iterator[tuple]:
    pairs, directions = page.pairs, Directions(page.state, page.side, page.result_set.keys)
    records = page.state.index(page.side.collection).records
    places = {key: (getattr(records[key], page.side.key), str(page.names[key])) for key in pairs.total_counts}
    for one in places:
        for other in places:
            if count := pairs.of(one, other):
                flow = (
                    (None, None)
                    if one == other
                    else (directions.shares(one, other), directions.learns(one, other))
                )
                yield (*places[one], *places[other], count, *flow)


# The matrix of the initiatives that match the query string. Each square links to the list of its initiatives.
page = page_view(INITIATIVES, MatrixPage)


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """Returns the numbers of all pairs as CSV, with the same filters, or 400 with the errors of the filters."""
    return csv_response(request, MatrixFile, table, lambda page: f"matrix-{page.side.name}")
