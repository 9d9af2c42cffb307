"""A list as CSV (RFC 4180, UTF-8, CRLF)."""

import csv
from collections.abc import Callable, Iterator
from io import StringIO

from django.db import connections

from sco_cities.browse.block import Block

from .answer import Export, Form
from .copying import Copied
from .csv_cells import cells
from .options import BOM, COLUMNS, LABELS

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# Statements are planned anew for each block: fewer of them are quicker, and rows that are passed on as they
# come take no room here.
COPIED_AT_ONCE = 4_000
WRITTEN_AT_ONCE = 1_000


def write(export: Export) -> Iterator[bytes]:
    """The header row, then a row for each record, in blocks."""
    start = (MARK if export.options.bom else "") + lines([export.options.header])
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

    def __call__(self, keys: list[int]) -> bytes:
        block = Block(self.export.listing, self.export.selection.state, keys, self.fields)
        columns = (cells(values) for _name, values in self.export.options.read_columns(block))
        return lines(zip(*columns, strict=True)).encode()


def lines(rows) -> str:
    """Rows of texts as they stand in the file."""
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


CSV = Form("csv", "text/csv; charset=utf-8", write, (COLUMNS, LABELS, BOM))
