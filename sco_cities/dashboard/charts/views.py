"""The numbers of charts as CSV."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.dashboard.csv_response import numbers_file
from sco_cities.listings.list_query import Selection

from .scope import Charted
from .tables import CHARTS


@require_safe
def csv(request: HttpRequest, name: str) -> HttpResponse:
    """A chart of the initiatives that the query string asks for, as it asks the list; 400 where it is wrong."""
    if name not in CHARTS:
        raise Http404
    return numbers_file(
        request, Selection, lambda selection: [CHARTS[name](Charted.of(selection))], lambda _selection: name
    )
