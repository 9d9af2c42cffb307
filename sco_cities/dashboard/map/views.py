"""The page of the map, and the numbers of maps as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.csv_response import numbers_file
from sco_cities.facet_index.refresh import reading_surely
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import Selection
from sco_cities.listings.listing import Listing

from .context import MAPPED, chosen_pillars, numbers_of, shown
from .csv_rows import table


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The map of the initiatives that the query string finds; with a wrong value, the reason and no marks."""
    with reading_surely("initiatives") as state:
        selection = ListPage.of(INITIATIVES, state, request)
        found = shown(selection)
        context = {
            "selection": selection,
            "map": found,
            "legend": found and found.legend(chosen_pillars(selection)),
            "missing": "cities",
        }
        return render(request, "dashboard/map/page.html", context)


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV: a row for each city, then one for each tie, drawn or not."""
    return _csv(request, INITIATIVES, "map")


@require_safe
def csv_of_list(request: HttpRequest, name: str) -> HttpResponse:
    """The map of another list as CSV, for the filters of that list."""
    if name not in MAPPED:
        raise Http404
    return _csv(request, MAPPED[name], f"map-of-{name}")


def _csv(request: HttpRequest, listing: Listing, name: str) -> HttpResponse:
    return numbers_file(
        request, Selection, lambda selection: [table(numbers_of(selection))], lambda _selection: name, listing
    )
