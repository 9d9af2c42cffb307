"""CSV files (RFC 4180, UTF-8, CRLF) of charts, maps and the matrix.

All accept the query string of a list, `labels` and `bom`. They reject the same invalid parameters as exports of the
list.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.http import HttpRequest, HttpResponse

from initiatives.columns import INITIATIVES
from sco_cities.core.responses import stream
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.exports.attribution import declare_licence
from sco_cities.listings.exports.csv_file import BYTE_ORDER_MARK, CSV, cells, lines
from sco_cities.listings.exports.file_names import declare_file_name, file_stem
from sco_cities.listings.exports.params import BOM, LABELS, ExportParams, bad_request
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.listing import Listing

COUNT = "initiatives"


@dataclass(frozen=True)
class CsvColumn:
    """A column of the file, with its name, its values and, if the values are codes or slugs, their labels."""

    name: str
    values: Sequence
    labels: Sequence[str] | None = None


CsvTable = list[CsvColumn]


def csv_response(
    request: HttpRequest,
    query_class: type[ListQuery],
    tables: Callable[[ListQuery], Iterable[CsvTable]],
    name: Callable[[ListQuery], str],
    listing: Listing = INITIATIVES,
) -> HttpResponse:
    """The CSV file for a query of `listing`, parsed by `query_class`. Status 400 with the errors if it is invalid.

    `tables` returns one or more blocks of rows with the same columns. Several blocks are streamed.
    """
    parts = _response_parts(request, query_class, tables, name, listing)
    first = next(parts)
    if isinstance(first, HttpResponse):
        return first
    start, more = next(parts), next(parts, None)
    response = (
        HttpResponse(start, content_type=CSV.content_type)
        if more is None
        else stream(request, chain([start, more], parts), CSV.content_type)
    )
    declare_licence(response)
    declare_file_name(response, first, "csv")
    return response


def _response_parts(request, query_class, tables, name, listing) -> Iterator:
    """Yields the file name and then the content, from one index state. Yields a response if the query is invalid."""
    with facet_index(listing.collection) as state:
        list_query = query_class.of(listing, state, request)
        options = ExportParams.read(list_query, LABELS, BOM)
        if list_query.errors:
            yield bad_request(list_query)
            return
        yield file_stem(list_query, name(list_query))
        start = BYTE_ORDER_MARK if options.bom else ""
        for number, table in enumerate(tables(list_query)):
            columns = _named_columns(table, options)
            header = "" if number else start + lines([[column] for column, _values in columns])
            yield (header + lines([cells(values) for _column, values in columns])).encode()


def _named_columns(table: CsvTable, options: ExportParams) -> list[tuple[str, Sequence]]:
    columns = []
    for column in table:
        columns.append((column.name, column.values))
        if options.labels and column.labels is not None:
            columns.append((f"{column.name}_names", column.labels))
    return columns
