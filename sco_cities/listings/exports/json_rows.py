"""The records of a list as JSON objects, for the API and JSON Lines."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from sco_cities.facet_index.state import IndexState
from sco_cities.listings.columns import Column
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch

from .json_columns import json_columns
from .params import COLUMNS, LABELS
from .streaming_response import Export, ExportFormat

# Times in UTC, to the second, as in the other files.
ORJSON_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
SLUG, URL = "slug", "url"


class JsonRows:
    """Reads records by their keys: the slug, the address of the page, then the columns.

    With `labels`, columns of slugs are followed by names. With `is_bulk`, so many records are read that it pays to load
    more of the index.
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
        """The values of the records with these keys, in their order, by name."""
        batch = RowBatch(self.listing, self.state, keys, self.fields, is_bulk=self.is_bulk, cache=self.cache)
        batch.fetch()
        for column in self.columns:
            column.read(batch)
        slugs = batch.field(SLUG)
        named = {SLUG: slugs, URL: list(map(self.record_url, slugs))}
        return named | dict(json_columns(self.columns, batch, labels=self.labels))

    def objects(self, named: dict[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
        """What `read` returns, as an object for each record."""
        names = tuple(named)
        return (dict(zip(names, values, strict=True)) for values in zip(*named.values(), strict=True))


def write_jsonl(export: Export) -> Iterator[bytes]:
    """The file in batches."""
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
