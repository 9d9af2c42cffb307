"""A list as CSV (RFC 4180, UTF-8, CRLF)."""

from collections.abc import Callable, Iterator

from django.db import connections

from sco_cities.browse.block import PlainBlock

from .answer import Export, Form
from .copying import Copied
from .csv_cells import cells, lines
from .options import BOM, COLUMNS, LABELS

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# Statements are planned anew for each block: fewer of them are quicker. Rows that are passed on as they come take
# no room here; those that are written here take twice the room in blocks of twice the size, and gain a tenth.
COPIED_AT_ONCE = 4_000
WRITTEN_AT_ONCE = 3_000
# The cities of all records are read into the index in an eighth of the time that asking for them by key takes.
MANY = 1 / 8


def write(export: Export) -> Iterator[bytes]:
    """The header row, then a row for each record, in blocks."""
    start = (MARK if export.options.bom else "") + lines([[name] for name in export.options.header])
    # The first rows come along: nobody waits for them twice. They are written here whatever the database, since
    # PostgreSQL plans its statement for longer than they take.
    rows: Callable[[list[int]], bytes] = _Written(export)
    others, size = _row_writer(export, rows)
    for keys in export.blocks(size):
        yield start.encode() + rows(keys)
        start, rows = "", others
    if start:
        yield start.encode()


def _row_writer(export: Export, written: "_Written") -> tuple[Callable[[list[int]], bytes], int]:
    connection = connections[export.listing.records().db]
    if connection.vendor == "postgresql" and not export.options.labels:
        return Copied(export.listing, export.options.columns, connection), COPIED_AT_ONCE
    return written, WRITTEN_AT_ONCE


class _Written:
    """Rows that are read column by column and put together here."""

    def __init__(self, export: Export):
        self.export = export
        self.fields = [field for column in export.options.columns for field in column.fields]
        state, collection = export.selection.state, export.listing.collection
        self.are_many = state is not None and export.count > len(state.published(collection)) * MANY

    def __call__(self, keys: list[int]) -> bytes:
        state = self.export.selection.state
        # The first rows, which are fewer, do not wait for that.
        is_of_many = self.are_many and len(keys) == WRITTEN_AT_ONCE
        block = PlainBlock(self.export.listing, state, keys, self.fields, is_of_many=is_of_many)
        columns = [cells(values) for _name, values in self.export.options.read_columns(block)]
        return lines(columns).encode()


CSV = Form("csv", "text/csv; charset=utf-8", write, (COLUMNS, LABELS, BOM))
