"""A list as JSON Lines: one record a line, as the API gives it."""

from collections.abc import Iterator

import orjson

from .json_rows import ORJSON_OPTIONS, JsonRows
from .params import COLUMNS, LABELS
from .streaming_response import Export, ExportFormat


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
