"""The page of the map, and its numbers as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.browse.index.current import reading_surely
from sco_cities.browse.list_page import ListPage
from sco_cities.browse.selection import Selection
from sco_cities.dashboard.numbers_file import numbers_file

from .numbers import table
from .scope import Scope
from .shown import chosen_pillars, shown


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
    return numbers_file(
        request, Selection, lambda selection: [table(Scope(selection))], lambda _selection: "map"
    )
