"""The ties as CSV and JSON files, with the query string of the list of initiatives."""

from collections.abc import Iterator

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.listings.exports.attribution import LICENCE_URL
from sco_cities.listings.exports.csv_cells import cells, lines
from sco_cities.listings.exports.csv_file import BYTE_ORDER_MARK, CSV
from sco_cities.listings.exports.json_rows import ORJSON_OPTIONS
from sco_cities.listings.exports.params import BOM, LABELS
from sco_cities.listings.exports.streaming_response import Export, ExportFormat, streaming_response
from sco_cities.site.problem import invalid_parameters

from .query import TieQuery
from .rows import TieRows

NAME = "ties"


def _write_csv(export: Export) -> Iterator[bytes]:
    rows = TieRows(export.list_query, labels=export.params.labels, is_bulk=export.is_bulk)
    batches = export.key_batches()
    named = rows.cells(next(batches, []))
    header = (BYTE_ORDER_MARK if export.params.bom else "") + lines([[name] for name in named])
    yield (header + lines(list(map(cells, named.values())))).encode()
    for keys in batches:
        yield lines(list(map(cells, rows.cells(keys).values()))).encode()


def _write_json(export: Export) -> Iterator[bytes]:
    rows = TieRows(export.list_query, labels=export.params.labels, is_bulk=export.is_bulk)
    head = {"count": export.list_query.row_count, "page_url": export.page_url, "licence": LICENCE_URL}
    yield orjson.dumps(head)[:-1] + b',"results":['
    separator = b""
    for keys in export.key_batches():
        objects = (orjson.dumps(row, option=ORJSON_OPTIONS) for row in rows.objects(keys, export.record_url))
        yield separator + b",".join(objects)
        separator = b","
    yield b"]}\n"


TIES_CSV = ExportFormat(
    "csv", CSV.content_type, _write_csv, (LABELS, BOM), is_deterministic=True, name=NAME, query_class=TieQuery
)
TIES_JSON = ExportFormat(
    "json", "application/json", _write_json, (LABELS,), is_deterministic=True, name=NAME, query_class=TieQuery,
    bad_request=lambda request, list_query: invalid_parameters(request, list_query.errors),
)  # fmt: skip


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """All ties of the initiatives for the query string; status 400 with the reasons if it is invalid."""
    return streaming_response(request, INITIATIVES, TIES_CSV)


@require_safe
def json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    return streaming_response(request, INITIATIVES, TIES_JSON)
