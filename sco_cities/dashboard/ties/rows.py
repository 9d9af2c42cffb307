"""The columns of ties, for a batch of initiatives at a time."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from initiatives.columns import INITIATIVES
from sco_cities.listings.columns import Column
from sco_cities.listings.exports.json_rows import json_columns
from sco_cities.listings.exports.params import ExportParams
from sco_cities.listings.exports.streaming_response import FIRST_BATCH_SIZE
from sco_cities.listings.row_batch import DatabaseRowBatch, RowBatch

from .query import Tie, TiesMixin

INITIATIVE, CITY_COUNT = "initiative", "city_count"
_NAMES = (
    "title_en", "title_ru", "title_zh", "kind", "status", "status_reported_on", "starts_on", "ends_on", "themes",
    "sources", "sources_addresses",
)  # fmt: skip
# What a row has of its initiative, after the slug.
COLUMNS: tuple[Column, ...] = tuple(INITIATIVES.column_by_name[name] for name in _NAMES)
Named = dict[str, Sequence[Any]]


class TieRows:
    """Reads the rows of a query. With `labels`, columns of slugs are followed by names."""

    def __init__(self, query: TiesMixin, *, labels: bool, is_bulk: bool = False):
        self.query, self.labels, self.is_bulk = query, labels, is_bulk
        self._fields = ["slug", *(field for column in COLUMNS for field in column.fields)]
        self._cache: dict = {}

    def cells(self, keys: list[int]) -> Named:
        """The values for CSV, by name of the column, of the ties of these initiatives."""
        params = ExportParams(columns=COLUMNS, labels=self.labels)
        return self._read(keys, DatabaseRowBatch, params.read_columns)

    def objects(self, keys: list[int], initiative_url: Callable[[str], str]) -> Iterator[dict[str, Any]]:
        """The same rows as JSON, with the address of the initiative."""
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
        # The first, smaller batch does not wait for the index to be loaded.
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
