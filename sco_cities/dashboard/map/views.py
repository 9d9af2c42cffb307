"""The map page, and maps as CSV files."""

from functools import cached_property

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.cooccurrence import CITY
from sco_cities.dashboard.csv_response import CsvTable, csv_response
from sco_cities.listings import querystring
from sco_cities.listings.filter_options import labels
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import PAGE_PARAMETERS, ListQuery
from sco_cities.listings.listing import Listing
from sco_cities.listings.views import page_view
from sco_cities.themes.models import Pillar

from .context import MAPPED_LISTS, city_counts
from .figure import ALL_TIES, FOCUS, TIES
from .network import Network


def table(numbers: Network) -> CsvTable:
    """Returns a table with a row per city, where "with_city" is empty, and then a row per edge, strongest first.

    "pillar" is the main pillar of an edge, and is empty for cities. Lists without edges have only rows for cities.
    """
    records, names = numbers.state.index(CITY.collection).records, labels(numbers.state, CITY.collection)
    counted = numbers.scope.listing.collection
    cities = [(records[key].slug, str(names[key]), key, count) for key, count in numbers.cities.items()]
    if not numbers.has_roles:
        rows = [(slug, name, count) for slug, name, _key, count in cities]
        return CsvTable(("city", "city_names", counted), rows)
    rows = [
        (slug, name, "", "", count, numbers.shares(key), numbers.learns(key), "", "")
        for slug, name, key, count in cities
    ]
    for triple in numbers.strongest():
        edge = numbers.edge(*triple)
        one, other, pillar = records[edge.one], records[edge.other], numbers.main_pillar(edge)
        ends = one.slug, str(names[edge.one]), other.slug, str(names[edge.other])
        label = str(Pillar(pillar).label) if pillar else ""
        rows.append((*ends, edge.count, edge.shares, edge.learns, pillar, label))
    columns = (
        "city", "city_names", "with_city", "with_city_names", counted, "shares", "learns", "pillar", "pillar_names",
    )  # fmt: skip
    return CsvTable(columns, rows)


class MapPage(ListPage):
    """A list of initiatives as a map, with the query parameters of `MapFigure`."""

    templates = "dashboard/map/page.html", "dashboard/map/_results.html"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ties = self._read_choice(TIES, (ALL_TIES,), "")

    @cached_property
    def page(self) -> Page:
        """The pagination without records, because a map does not list records."""
        return self.paginate(range(self.result_set.count()), self.page_size)

    @property
    def parameters(self):
        return {*super().parameters, FOCUS, TIES}

    @property
    def initiatives_query(self) -> str:
        """The query string of the list with the same initiatives."""
        return querystring.without(self.params, FOCUS, TIES, *PAGE_PARAMETERS, *self.unknown_parameters)

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The parameters of the map, which the filter form submits as hidden fields."""
        return [(name, value) for name in (FOCUS, TIES) for value in self.values_of(name)]


# The map of the initiatives that match the query string.
page = page_view(INITIATIVES, MapPage)


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """Returns the map as CSV, with a row per city, then a row per edge, drawn or not."""
    return _csv(request, INITIATIVES, "map")


@require_safe
def csv_of_list(request: HttpRequest, name: str) -> HttpResponse:
    """Returns the map of another list as CSV, with the filters of the list."""
    if name not in MAPPED_LISTS:
        raise Http404
    return _csv(request, MAPPED_LISTS[name], f"map-of-{name}")


def _csv(request: HttpRequest, listing: Listing, name: str) -> HttpResponse:
    return csv_response(
        request,
        ListQuery,
        lambda list_query: table(city_counts(list_query)),
        lambda _list_query: name,
        listing,
    )
