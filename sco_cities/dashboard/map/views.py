"""The page of the map, and its numbers as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.browse.exports.options import BOM, Options, bad_request
from sco_cities.browse.index.current import reading_surely
from sco_cities.browse.list_page import ListPage
from sco_cities.browse.selection import Selection

from .numbers import csv_file
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
    with reading_surely("initiatives") as state:
        selection = Selection.of(INITIATIVES, state, request)
        options = Options.read(selection, BOM)
        if selection.errors:
            return bad_request(selection)
        content = csv_file(Scope(selection), bom=options.bom)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="map.csv"'
    return response
