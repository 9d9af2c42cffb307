"""CSV files (RFC 4180, UTF-8, CRLF) of charts, maps and the matrix.

All files accept the query string of a list, `labels` and `bom`, and reject the same parameters as an export of the
list.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.http import HttpRequest, HttpResponse

from initiatives.columns import INITIATIVES
from sco_cities.core.responses import stream
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.exports.attribution import declare_licence
from sco_cities.listings.exports.csv_file import BYTE_ORDER_MARK, CSV, cells, lines
from sco_cities.listings.exports.params import BOM, LABELS, ExportParams, bad_request
from sco_cities.listings.exports.streaming_response import declare_file_name, file_stem
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.listing import Listing

COUNT = "initiatives"
# Rows per batch of a streamed file.
BATCH_SIZE = 2_000


@dataclass(frozen=True)
class CsvTable:
    """The column names and rows of a file. After each column NAME of codes or slugs, `NAME_names` contains labels."""

    names: Sequence[str]
    rows: Iterable[Sequence]


def csv_response(
    request: HttpRequest,
    query_class: type[ListQuery],
    table: Callable[[ListQuery], CsvTable],
    name: Callable[[ListQuery], str],
    listing: Listing = INITIATIVES,
) -> HttpResponse:
    """Returns the CSV file for a query of `listing`, parsed by `query_class`, or 400 with the errors.

    If the rows are an iterator, the file is streamed. If they are a list, it is sent in one piece.
    """
    parts = _response_parts(request, query_class, table, name, listing)
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


def _response_parts(request, query_class, table, name, listing) -> Iterator:
    """Yields the file name and then the content, from one index state. If the query is invalid, yields a response."""
    with facet_index(listing.collection) as state:
        list_query = query_class.of(listing, state, request)
        options = ExportParams.read(list_query, LABELS, BOM)
        if list_query.errors:
            yield bad_request(list_query)
            return
        yield file_stem(list_query, name(list_query))
        content = table(list_query)
        names = [each for each in content.names if options.labels or not each.endswith("_names")]
        text = (BYTE_ORDER_MARK if options.bom else "") + lines([[each] for each in names])
        rows = iter(content.rows)
        size = None if isinstance(content.rows, list) else BATCH_SIZE
        while batch := list(islice(rows, size)):
            columns = dict(zip(content.names, zip(*batch, strict=True), strict=True))
            yield (text + lines([cells(columns[each]) for each in names])).encode()
            text = ""
        if text:
            yield text.encode()
