"""The ties as CSV and JSON files, selected by the query string of the list of initiatives."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.listings.columns import Column
from sco_cities.listings.exports.attribution import LICENCE_URL
from sco_cities.listings.exports.csv_file import BYTE_ORDER_MARK, CSV, cells, lines
from sco_cities.listings.exports.json_rows import ORJSON_OPTIONS, json_columns
from sco_cities.listings.exports.params import BOM, LABELS, ExportParams
from sco_cities.listings.exports.streaming_response import (
    FIRST_BATCH_SIZE,
    Export,
    ExportFormat,
    streaming_response,
)
from sco_cities.listings.row_batch import DatabaseRowBatch, RowBatch
from sco_cities.site.problem import invalid_parameters

from .query import Tie, TieQuery, TiesMixin

INITIATIVE, CITY_COUNT = "initiative", "city_count"
_NAMES = (
    "title_en", "title_ru", "title_zh", "kind", "status", "status_reported_on", "starts_on", "ends_on", "themes",
    "sources", "sources_addresses",
)  # fmt: skip
# The columns of each row that describe the initiative. They follow the column with its slug.
COLUMNS: tuple[Column, ...] = tuple(INITIATIVES.column_by_name[name] for name in _NAMES)
Named = dict[str, Sequence[Any]]


class TieRows:
    """Reads the rows of a query. With `labels`, a column of slugs is followed by a column of names."""

    def __init__(self, query: TiesMixin, *, labels: bool, is_bulk: bool = False):
        self.query, self.labels, self.is_bulk = query, labels, is_bulk
        self._fields = ["slug", *(field for column in COLUMNS for field in column.fields)]
        self._cache: dict = {}

    def cells(self, keys: list[int]) -> Named:
        """Maps column names to the values for CSV, for the ties of these initiatives."""
        params = ExportParams(columns=COLUMNS, labels=self.labels)
        return self._read(keys, DatabaseRowBatch, params.read_columns)

    def objects(self, keys: list[int], initiative_url: Callable[[str], str]) -> Iterator[dict[str, Any]]:
        """The ties of these initiatives as JSON objects, with the initiative's URL."""
        named = self._read(keys, RowBatch, lambda batch: json_columns(COLUMNS, batch, labels=self.labels))
        urls = list(map(initiative_url, named[INITIATIVE]))
        names = ("url", *named)
        return (dict(zip(names, row, strict=True)) for row in zip(urls, *named.values(), strict=True))

    def _read(
        self,
        keys: list[int],
        batch_class: type[RowBatch],
        columns_of: Callable[[RowBatch], Iterator[tuple[str, Sequence]]],
    ) -> Named:
        # The first batch is smaller and is sent without waiting for the index.
        is_bulk = self.is_bulk and len(keys) > FIRST_BATCH_SIZE
        batch = batch_class(
            INITIATIVES, self.query.state, keys, self._fields, is_bulk=is_bulk, cache=self._cache
        )
        batch.fetch()
        for column in COLUMNS:
            column.read(batch)
        ties = self.query.ties(batch)
        slugs = batch.field("slug")
        named = self._places(ties)
        named |= {
            INITIATIVE: [slugs[tie.place] for tie in ties],
            CITY_COUNT: [tie.city_count for tie in ties],
        }
        return named | {name: [values[tie.place] for tie in ties] for name, values in columns_of(batch)}

    def _places(self, ties: list[Tie]) -> Named:
        countries = self.query.state.index("countries").records
        named: Named = {}
        for prefix, cities, roles in (
            ("", [tie.one for tie in ties], [tie.role for tie in ties]),
            ("with_", [tie.other for tie in ties], [tie.with_role for tie in ties]),
        ):
            lands = [
                country if (country := countries[city.country_id]).is_published else None for city in cities
            ]
            named[f"{prefix}city"] = [city.slug for city in cities]
            if self.labels:
                named[f"{prefix}city_names"] = list(map(str, cities))
            named[f"{prefix}country"] = [land and land.code for land in lands]
            if self.labels:
                named[f"{prefix}country_names"] = [land and str(land) for land in lands]
            named[f"{prefix}role"] = roles
        return named


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
    "json",
    "application/json",
    _write_json,
    (LABELS,),
    is_deterministic=True,
    name=NAME,
    query_class=TieQuery,
    bad_request=lambda request, list_query: invalid_parameters(request, list_query.errors),
)


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """All ties of the initiatives that match the query string, as CSV. Status 400 if the query is invalid."""
    return streaming_response(request, INITIATIVES, TIES_CSV)


@require_safe
def json(request: HttpRequest) -> HttpResponse:
    """All ties of the initiatives that match the query string, as JSON. Status 400 if the query is invalid."""
    return streaming_response(request, INITIATIVES, TIES_JSON)
