"""CSV downloads of charts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.dashboard.csv_response import csv_response
from sco_cities.listings.list_query import ListQuery

from .scope import ChartScope
from .tables import CHARTS


@require_safe
def csv(request: HttpRequest, name: str) -> HttpResponse:
    """A chart of the initiatives that the list shows for the same query string; 400 if that is invalid."""
    if name not in CHARTS:
        raise Http404
    return csv_response(
        request,
        ListQuery,
        lambda selection: [CHARTS[name](ChartScope.from_list(selection))],
        lambda _selection: name,
    )
