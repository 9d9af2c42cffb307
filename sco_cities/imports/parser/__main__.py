"""Reads an uploaded file from standard input and prints its rows as JSON. The argument is a JSON request.

The request contains either `format`, or `charset`, `headings` and `header_row` to detect the format (see `table`).
`most` is the maximum number of rows after the header, or null. `seconds` is a time limit, or 0. `packages` is the
directory of the installed packages.

The response has one line of JSON for the format, for the header and for each block of rows. A row consists of its
number, its cells and, if it is hidden or has error cells, an object. The object maps the positions of error cells to
their reasons, and contains HIDDEN if the row is hidden. The last line is "end", or "refusal" with an error message and
its placeholder values. If this line is missing, the process exceeded a limit.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from itertools import islice

from sco_cities.core.resource_limits import limit_resources

from .limits import HIDDEN, MEMORY, PROCESSOR_S, TOO_MUCH_MEMORY, ErrorCell, HiddenCells, Row, UnreadableFile
from .table import TableFormat, detect_format, read

# Maximum number of rows per output line, and the number of characters after which an output line ends.
BLOCK_ROWS, BLOCK_LENGTH = 500, 256 * 1024


def answer(raw: bytes, request: dict) -> Iterator[object]:
    """Yields the lines of the response as objects for JSON."""
    if "format" in request:
        table_format, rows = read(raw, TableFormat(*request["format"]))
    else:
        headings = frozenset(request["headings"])
        table_format = detect_format(raw, headings, request["charset"])
        table_format, rows = read(raw, table_format._replace(header_row=request["header_row"]), headings)
    yield table_format
    yield next(rows)[1]
    block, length = [], 0
    for number, cells in islice(rows, request["most"]):
        block.append(_row(number, cells))
        length += sum(map(len, cells))
        if len(block) == BLOCK_ROWS or length > BLOCK_LENGTH:
            yield block
            block, length = [], 0
    yield block
    yield {"end": True}


def _row(number: int, cells: list[str]) -> Row | tuple[int, list[str], dict[int | str, str]]:
    reasons = {place: cell.reason for place, cell in enumerate(cells) if type(cell) is ErrorCell}
    if type(cells) is HiddenCells:
        reasons[HIDDEN] = ""
    return (number, cells, reasons) if reasons else (number, cells)


def _write(line: object) -> None:
    sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    limit_resources(MEMORY, PROCESSOR_S)
    is_too_large = False
    request = json.loads(sys.argv[1])
    signal.alarm(request["seconds"])
    sys.path.append(request["packages"])
    try:
        # pread does not depend on the file position, which other processes share.
        raw = os.pread(sys.stdin.fileno(), os.fstat(sys.stdin.fileno()).st_size, 0)
        for line in answer(raw, request):
            _write(line)
    except UnreadableFile as error:
        _write({"refusal": [error.sentence, error.values]})
    except MemoryError:
        is_too_large = True
    # The error is handled after the `except` block, because the exception references the objects that filled the
    # memory.
    if is_too_large:
        _write({"refusal": [TOO_MUCH_MEMORY, {"most": MEMORY // 1024 // 1024}]})


if __name__ == "__main__":
    main()
