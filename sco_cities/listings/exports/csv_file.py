"""A list as CSV (RFC 4180, UTF-8, CRLF)."""

from collections.abc import Iterator

from sco_cities.listings.row_batch import DatabaseRowBatch

from .csv_cells import cells, lines
from .params import BOM, COLUMNS, LABELS
from .streaming_response import Export, ExportFormat
from .thread_pipeline import map_in_thread

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# So many rows at once: of twice as many the room is twice the size, and the gain a tenth.
BATCH = 3_000
# The cities of all records are read into the index in an eighth of the time that asking for them by key takes.
MANY = 1 / 8


def write_csv(export: Export) -> Iterator[bytes]:
    """The header row, then a row for each record, in blocks."""
    rows = _Rows(export)
    start = (BYTE_ORDER_MARK if export.options.bom else "") + lines(
        [[name] for name in export.options.header]
    )
    blocks = export.blocks(BATCH)
    # The first rows come along: nobody waits for them twice.
    first = next(blocks, None)
    yield start.encode() + (rows.written(rows.read(first)) if first else b"")
    yield from map_in_thread(map(rows.read, blocks), rows.written)


class _Rows:
    """Rows that are read column by column and put together here.

    PostgreSQL can write them by itself (COPY), but takes twice the time to find the names that are in memory here.
    """

    def __init__(self, export: Export):
        self.export = export
        self.columns = export.options.columns
        self.fields = [field for column in self.columns for field in column.fields]
        state, collection = export.selection.state, export.listing.collection
        self.kept = {}
        self.are_many = state is not None and export.count > len(state.published(collection)) * MANY

    def read(self, keys: list[int]) -> DatabaseRowBatch:
        """The records of these keys with all that is needed of the database."""
        state = self.export.selection.state
        # The first rows, which are fewer, do not wait for that.
        is_of_many = self.are_many and len(keys) == BATCH
        block = DatabaseRowBatch(
            self.export.listing, state, keys, self.fields, is_of_many=is_of_many, kept=self.kept
        )
        for column in self.columns:
            column.read(block)
        return block

    def written(self, block: DatabaseRowBatch) -> bytes:
        """The same as lines of the file."""
        columns = [cells(values) for _name, values in self.export.options.read_columns(block)]
        return lines(columns).encode()


CSV = ExportFormat("csv", "text/csv; charset=utf-8", write_csv, (COLUMNS, LABELS, BOM), is_timeless=True)
