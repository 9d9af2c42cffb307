"""The page of the matrix, and its numbers as a file."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.browse.exports.options import BOM, LABELS, Options, bad_request
from sco_cities.browse.index.current import reading_surely
from sco_cities.browse.views import selected_page

from . import numbers
from .page import MatrixPage


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Who works with whom, among the initiatives that the query string asks for; every square leads to their list."""
    with reading_surely(INITIATIVES.collection) as state:
        selection = MatrixPage.of(INITIATIVES, state, request)
        return selected_page(
            request, selection, "dashboard/matrix/matrix.html", "dashboard/matrix/_results.html"
        )


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """The numbers of all pairs for the same filters, or status 400 with the reasons why not."""
    made = _made(request)
    first = next(made)
    if isinstance(first, HttpResponse):
        return first
    response = StreamingHttpResponse(made, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{first}"'
    return response


def _made(request: HttpRequest) -> Iterator:
    """First the name of the file, or the answer to a request that is wrong; then the file, of one moment."""
    with reading_surely(INITIATIVES.collection) as state:
        selection = MatrixPage.of(INITIATIVES, state, request)
        options = Options.read(selection, LABELS, BOM)
        if selection.errors:
            yield bad_request(selection)
            return
        yield f"matrix-{selection.side.name}.csv"
        yield from numbers.write(selection, options)
