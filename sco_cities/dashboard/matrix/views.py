"""The matrix page, and the matrix as CSV."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.csv_response import csv_response
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.views import list_page_response

from . import csv_rows
from .page import MatrixFile, MatrixPage


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The matrix of the initiatives for the query string; every square links to their list."""
    with facet_index(INITIATIVES.collection) as state:
        list_query = MatrixPage.of(INITIATIVES, state, request)
        return list_page_response(
            request, list_query, "dashboard/matrix/matrix.html", "dashboard/matrix/_results.html"
        )


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """The numbers of all pairs as CSV with the same filters; status 400 with the reasons if these are invalid."""
    return csv_response(request, MatrixFile, csv_rows.tables, lambda page: f"matrix-{page.side.name}")
