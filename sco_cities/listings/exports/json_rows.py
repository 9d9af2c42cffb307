"""Writes the records of a list as JSON objects, for the API and JSON Lines.

Unknown values are null. The first and last possible day follow each date.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from sco_cities.core import edtf
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.columns import Column
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch

from .params import COLUMNS, LABELS
from .streaming_response import Export, ExportFormat

# Times are in UTC with seconds, as in the other files.
ORJSON_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
SLUG, URL = "slug", "url"
# Name suffixes of the columns with the first and last possible day of an EDTF date.
FIRST, LAST = "first", "last"


def edtf_names(name: str) -> tuple[str, str]:
    """Returns the names of a date column's first and last possible day ("starts_first", "starts_last")."""
    stem = name.removesuffix("_on")
    return f"{stem}_{FIRST}", f"{stem}_{LAST}"


def json_columns(
    columns: Sequence[Column], batch: RowBatch, *, labels: bool
) -> Iterator[tuple[str, Sequence]]:
    """Yields each column's name and values for a batch that has been read.

    If `labels` is set, a column of names follows each column of slugs.
    """
    for column in columns:
        values = json_values(column.values(batch))
        yield column.name, values
        if column.is_edtf:
            days = [possible_days(value) for value in values]
            for place, name in enumerate(edtf_names(column.name)):
                yield name, [each[place] for each in days]
        if labels and column.has_names:
            yield f"{column.name}_names", json_values(column.names(batch))


def json_values(values: Sequence) -> Sequence:
    """Converts the values of a column. "" becomes None, and decimals become floats."""
    # Checks each column as a unit, because most columns contain values of a single type that stay unchanged.
    types = set(map(type, values))
    if str in types and "" in values:
        values = [value if value != "" else None for value in values]
    if Decimal in types:
        values = [float(value) if isinstance(value, Decimal) else value for value in values]
    return values


@lru_cache(maxsize=4_096)
def possible_days(date: str | None) -> tuple[str | None, str | None]:
    """Returns the earliest and latest possible day of an EDTF date. Each day is None if it is open or unknown."""
    if not date:
        return None, None
    first, last = edtf.first_and_last_day(date)
    return first and first.isoformat(), last and last.isoformat()


class JsonRows:
    """Reads the slugs, page URLs and column values of records by key.

    If `labels` is set, a column of names follows each column of slugs. Set `is_bulk` for many records, because loading
    more of the index then saves time.
    """

    def __init__(
        self,
        listing: Listing,
        state: IndexState,
        columns: Sequence[Column],
        record_url: Callable[[str], str],
        *,
        labels: bool = False,
        is_bulk: bool = False,
    ):
        self.listing, self.state, self.columns, self.record_url = listing, state, columns, record_url
        self.labels, self.is_bulk = labels, is_bulk
        self.fields = [SLUG, *(field for column in columns for field in column.fields)]
        self.cache: dict = {}

    def read(self, keys: list[int]) -> dict[str, Sequence[Any]]:
        """Maps column names to the values of these records, in record order."""
        batch = RowBatch(self.listing, self.state, keys, self.fields, is_bulk=self.is_bulk, cache=self.cache)
        batch.fetch()
        for column in self.columns:
            column.read(batch)
        slugs = batch.field(SLUG)
        named = {SLUG: slugs, URL: list(map(self.record_url, slugs))}
        return named | dict(json_columns(self.columns, batch, labels=self.labels))

    def objects(self, named: dict[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
        """Converts the values from `read` to one object per record."""
        names = tuple(named)
        return (dict(zip(names, values, strict=True)) for values in zip(*named.values(), strict=True))


def write_jsonl(export: Export) -> Iterator[bytes]:
    """Writes the file in batches."""
    rows = JsonRows(
        export.listing,
        export.list_query.state,
        export.params.columns,
        export.record_url,
        labels=export.params.labels,
        is_bulk=export.is_bulk,
    )
    is_empty = True
    for keys in export.key_batches():
        is_empty = False
        lines = (
            orjson.dumps(record, option=ORJSON_OPTIONS | orjson.OPT_APPEND_NEWLINE)
            for record in rows.objects(rows.read(keys))
        )
        yield b"".join(lines)
    if is_empty:
        yield b""


JSONL = ExportFormat(
    "jsonl", "application/jsonl; charset=utf-8", write_jsonl, (COLUMNS, LABELS), is_deterministic=True
)
