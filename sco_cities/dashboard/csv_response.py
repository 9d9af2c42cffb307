"""Numbers as CSV (RFC 4180, UTF-8, CRLF): of a chart, of the map, of the matrix.

All take the query string of a list, `labels` and `bom`, and refuse what is wrong as that list does.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.listings.exports.csv_cells import cells, lines
from sco_cities.listings.exports.csv_file import BYTE_ORDER_MARK, CSV
from sco_cities.listings.exports.params import BOM, LABELS, ExportParams, bad_request
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.listing import Listing

COUNT = "initiatives"


@dataclass(frozen=True)
class CsvColumn:
    """A column of the file: its name, its values, and what people call these where they are codes or slugs."""

    name: str
    values: Sequence
    labels: Sequence[str] | None = None


Table = list[CsvColumn]


def csv_response(
    request: HttpRequest,
    asked: type[ListQuery],
    tables: Callable[[ListQuery], Iterable[Table]],
    name: Callable[[ListQuery], str],
    listing: Listing = INITIATIVES,
) -> HttpResponse:
    """The file of what `request` asks `listing` for, as `asked` reads it, or status 400 with the reasons why not.

    `tables` gives its rows in blocks with the same columns, at least one; more than one are sent while they are made.
    """
    made = _made(request, asked, tables, name, listing)
    first = next(made)
    if isinstance(first, HttpResponse):
        return first
    start, more = next(made), next(made, None)
    response = (
        HttpResponse(start, content_type=CSV.content_type)
        if more is None
        else StreamingHttpResponse(chain([start, more], made), content_type=CSV.content_type)
    )
    response["Content-Disposition"] = f'attachment; filename="{first}.csv"'
    return response


def _made(request, asked, tables, name, listing) -> Iterator:
    """First the name of the file, or the answer to a request that is wrong; then the file, of one moment."""
    with require_facet_index(listing.collection) as state:
        selection = asked.of(listing, state, request)
        options = ExportParams.read(selection, LABELS, BOM)
        if selection.errors:
            yield bad_request(selection)
            return
        yield name(selection)
        start = BYTE_ORDER_MARK if options.bom else ""
        for place, table in enumerate(tables(selection)):
            named = _named(table, options)
            first = "" if place else start + lines([[head] for head, _values in named])
            yield (first + lines([cells(values) for _name, values in named])).encode()


def _named(table: Table, options: ExportParams) -> list[tuple[str, Sequence]]:
    found = []
    for column in table:
        found.append((column.name, column.values))
        if options.labels and column.labels is not None:
            found.append((f"{column.name}_names", column.labels))
    return found
