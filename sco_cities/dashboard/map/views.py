"""The map page, and maps as CSV."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.csv_response import csv_response
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.listing import Listing

from .context import MAPPED_LISTS, city_counts, map_context, selected_pillars
from .csv_rows import table


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The map of the initiatives for the query string; for an invalid value, the error and no marks."""
    with facet_index("initiatives") as state:
        selection = ListPage.of(INITIATIVES, state, request)
        map_ = map_context(selection)
        context = {
            "selection": selection,
            "map": map_,
            "legend": map_ and map_.legend(selected_pillars(selection)),
            "is_missing": True,
        }
        return render(request, "dashboard/map/page.html", context)


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV: a row for each city, then one for each edge, drawn or not."""
    return _csv(request, INITIATIVES, "map")


@require_safe
def csv_of_list(request: HttpRequest, name: str) -> HttpResponse:
    """The map of another list as CSV, with the filters of that list."""
    if name not in MAPPED_LISTS:
        raise Http404
    return _csv(request, MAPPED_LISTS[name], f"map-of-{name}")


def _csv(request: HttpRequest, listing: Listing, name: str) -> HttpResponse:
    return csv_response(
        request,
        ListQuery,
        lambda selection: [table(city_counts(selection))],
        lambda _selection: name,
        listing,
    )
