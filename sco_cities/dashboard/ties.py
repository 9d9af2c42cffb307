"""Ties as CSV and JSON files and for the API. A tie is a row with a pair of cities and their joint initiative.

The query accepts the filters of the list of initiatives. Place filters also apply to the two cities of a row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from sco_cities.cities.models import City
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
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.record_filters import split
from sco_cities.listings.result_set import ResultSet
from sco_cities.listings.row_batch import DatabaseRowBatch, RowBatch
from sco_cities.site.machine_paths import invalid_parameters

from .cooccurrence import CITY, PLACE_KINDS, keys_with_pairs, pair_counts


class Tie(NamedTuple):
    """A row with two cities, their roles, the position of their initiative in its batch, and its number of cities."""

    place: int
    one: City
    role: str
    other: City
    with_role: str
    city_count: int


class TiesMixin:
    """Applies the filters `country`, `with_country`, `city` and `with_city` to initiatives and to each pair of cities.

    With "country=cn,ru", one city of a row is in China and the other in Russia. All other filters apply only to the
    initiative.
    """

    @cached_property
    def result_set(self) -> ResultSet:
        """The initiatives with at least one matching pair."""
        within = super().result_set.keys & keys_with_pairs(self.state, CITY)
        if self._place_values:
            cities = self.state.facet(INITIATIVES.collection, CITY.name)
            pairs = self.pairs_among(within)
            within &= BitMap.union(BitMap(), *(cities[one] & cities[other] for one, other, _count in pairs))
        return ResultSet(self.listing, self.filterset, self.sort, has_errors=bool(self.errors), within=within)

    @property
    def row_count(self) -> int:
        """The number of rows on all pages."""
        return sum(count for _one, _other, count in self.pairs_among(self.result_set.keys))

    def pairs_among(self, keys: BitMap) -> Iterable[tuple[int, int, int]]:
        """Yields the pairs of cities that match the query, as (one, other, number of joint initiatives in `keys`)."""
        records = self.state.index(CITY.collection).records
        for one, other, count in pair_counts(self.state, CITY, keys):
            if self.has_pair(records[one], records[other]):
                yield one, other, count

    @cached_property
    def _place_values(self) -> list[tuple[str, tuple[str, ...]]]:
        """The kind of place and the included values of each active place filter."""
        values = self.filterset.form.cleaned_data
        named = ((kind.name, name) for kind in PLACE_KINDS.values() for name in (kind.name, kind.other_name))
        return [
            (kind, values[name].included)
            for kind, name in named
            if values.get(name) and values[name].included
        ]

    def has_pair(self, one: City, other: City) -> bool:
        """Returns True if the cities match each place filter, so that they cover all places of one of its values."""
        if not self._place_values:
            return True
        names = {kind: {self._name(one, kind), self._name(other, kind)} for kind in PLACE_KINDS}
        return all(
            any(names[kind].issuperset(split(value)) for value in values)
            for kind, values in self._place_values
        )

    def _name(self, city: City, kind: str) -> str:
        if kind == CITY.name:
            return city.slug
        return self.state.index("countries").records[city.country_id].slug

    @cached_property
    def _ranks(self) -> dict[tuple[str, str], int]:
        """Maps the places in the filters to their position in the query."""
        places = (
            (kind, slug) for kind, values in self._place_values for value in values for slug in split(value)
        )
        return {place: rank for rank, place in enumerate(dict.fromkeys(places))}

    @cached_property
    def _positions(self) -> dict[int, int]:
        """Maps the cities to their position in the order of the columns."""
        cities = sorted(self.state.index(CITY.collection).records.values(), key=self._order)
        return {city.pk: position for position, city in enumerate(cities)}

    def _order(self, city: City) -> tuple[int, str]:
        ranks = (self._ranks.get((kind, self._name(city, kind)), len(self._ranks)) for kind in PLACE_KINDS)
        return min(ranks), city.slug

    def ties(self, batch: RowBatch) -> list[Tie]:
        """Returns the rows for a batch of initiatives. The cities of a row are in the order of the query."""
        records = batch.records(CITY.collection)
        roles = batch.keys_by_value("roles").items()
        members = batch.group_by_record(
            ((records[key], role), keys) for (role, key), keys in roles if records[key].is_published
        )
        return [tie for place, cities in enumerate(members) for tie in self._ties(place, cities)]

    def _ties(self, place: int, cities: list[tuple[City, str]]) -> Iterable[Tie]:
        in_order = sorted(cities, key=lambda each: self._positions[each[0].pk])
        for one, other in combinations(in_order, 2):
            if self.has_pair(one[0], other[0]):
                yield Tie(place, *one, *other, len(cities))


class TieQuery(TiesMixin, ListQuery):
    """The query of the CSV and JSON files."""


INITIATIVE, CITY_COUNT = "initiative", "city_count"
_NAMES = (
    "title_en", "title_ru", "title_zh", "kind", "status", "status_reported_on", "starts_on", "ends_on", "themes",
    "sources", "sources_addresses",
)  # fmt: skip
# The columns that describe the initiative, after the column with its slug.
COLUMNS: tuple[Column, ...] = tuple(INITIATIVES.column_by_name[name] for name in _NAMES)
Named = dict[str, Sequence[Any]]


class TieRows:
    """Reads the rows of a query. If `labels` is set, a column of names follows each column of slugs."""

    def __init__(self, query: TiesMixin, *, labels: bool, is_bulk: bool = False):
        self.query, self.labels, self.is_bulk = query, labels, is_bulk
        self._fields = ["slug", *(field for column in COLUMNS for field in column.fields)]
        self._cache: dict = {}

    def cells(self, keys: list[int]) -> Named:
        """Maps column names to the CSV values of the ties in these initiatives."""
        params = ExportParams(columns=COLUMNS, labels=self.labels)
        return self._read(keys, DatabaseRowBatch, params.read_columns)

    def objects(self, keys: list[int], initiative_url: Callable[[str], str]) -> Iterator[dict[str, Any]]:
        """Returns the ties in these initiatives as JSON objects, with the URLs of the initiatives."""
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
        # The first batch is smaller, and does not wait for the index.
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
    """All ties of the initiatives that match the query string, as CSV. Returns status 400 if the query is invalid."""
    return streaming_response(request, INITIATIVES, TIES_CSV)


@require_safe
def json(request: HttpRequest) -> HttpResponse:
    """All ties of the initiatives that match the query string, as JSON. Returns status 400 if the query is invalid."""
    return streaming_response(request, INITIATIVES, TIES_JSON)
