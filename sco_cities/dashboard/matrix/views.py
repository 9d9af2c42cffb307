"""The matrix page, and the matrix as a CSV file."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.cooccurrence import Directions
from sco_cities.dashboard.csv_response import COUNT, CsvColumn, CsvTable, csv_response
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.past_lists import with_past_lists
from sco_cities.listings.views import list_page_response

from .page import MatrixFile, MatrixPage

# Rows per batch.
BATCH_SIZE = 2_000


def tables(page: MatrixPage) -> Iterator[CsvTable]:
    """Rows for pairs of places with joint initiatives, and for each place with itself (total), sorted by slug.

    Each pair appears twice, once in each direction. `shares` and `learns` describe the first place.
    """
    rows: list[tuple] = []
    for row in _rows(page):
        if len(rows) == BATCH_SIZE:
            yield _table(page, rows)
            rows = []
        rows.append(row)
    yield _table(page, rows)


def _table(page: MatrixPage, rows: list[tuple]) -> CsvTable:
    ones, others, counts, shares, learns = zip(*rows, strict=True) if rows else [()] * 5

    def place_column(name: str, keys: tuple[int, ...]) -> CsvColumn:
        records = page.state.index(page.side.collection).records
        values = [getattr(records[key], page.side.key) for key in keys]
        return CsvColumn(name, values, [str(page.names[key]) for key in keys])

    return [
        place_column(page.side.name, ones),
        place_column(page.side.other_name, others),
        CsvColumn(COUNT, counts),
        CsvColumn("shares", shares),
        CsvColumn("learns", learns),
    ]


def _rows(page: MatrixPage) -> Iterator[tuple]:
    pairs, directions = page.pairs, Directions(page.state, page.side, page.result_set.keys)
    for one in pairs.total_counts:
        for other in pairs.total_counts:
            if count := pairs.of(one, other):
                flow = (
                    (None, None)
                    if one == other
                    else (directions.shares(one, other), directions.learns(one, other))
                )
                yield (one, other, count, *flow)


@require_safe
@with_past_lists
def page(request: HttpRequest) -> HttpResponse:
    """The matrix of the initiatives that match the query string. Each square links to their list."""
    with facet_index(INITIATIVES.collection) as state:
        list_query = MatrixPage.of(INITIATIVES, state, request)
        return list_page_response(
            request, list_query, "dashboard/matrix/matrix.html", "dashboard/matrix/_results.html"
        )


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """The numbers of all pairs as CSV, with the same filters. Status 400 with the errors if these are invalid."""
    return csv_response(request, MatrixFile, tables, lambda page: f"matrix-{page.side.name}")
