"""The page of trends, and charts as CSV."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.csv_response import csv_response
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import ListQuery

from .scope import ChartScope
from .tables import CHARTS
from .trends import RECENT_YEARS
from .years import this_year


@require_safe
def trends(request: HttpRequest) -> HttpResponse:
    """The initiatives for the query string by theme and start year; for an invalid value, the error and no chart."""
    with facet_index(INITIATIVES.collection) as state:
        list_query = ListPage.of(INITIATIVES, state, request)
        context = {
            "list_query": list_query,
            "listing": INITIATIVES,
            "scope": ChartScope.from_list(list_query),
            "since": this_year() - RECENT_YEARS + 1,
        }
        return render(request, "dashboard/trends.html", context)


@require_safe
def csv(request: HttpRequest, name: str) -> HttpResponse:
    """A chart of the initiatives that the list shows for the same query string; 400 if that is invalid."""
    if name not in CHARTS:
        raise Http404
    return csv_response(
        request,
        ListQuery,
        lambda list_query: [CHARTS[name](ChartScope.from_list(list_query))],
        lambda _list_query: name,
    )
