"""Reads a CSV or XLSX file as a header and rows of texts, in a process with limited memory and CPU time.

Web processes never parse uploaded files themselves (see `imports.parser`).
"""

import json
import logging
import os
import signal
import subprocess
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from sco_cities.core import limited_process
from sco_cities.core.exceptions import Refused

from .parser.limits import HIDDEN, MEGABYTE, MEMORY, TOO_MUCH_MEMORY, ErrorCell, HiddenCells, Row
from .parser.table import TableFormat

log = logging.getLogger(__name__)

MAX_FILE_SIZE = 96 * MEGABYTE
# Number of sample rows that are read together with the header.
SAMPLE_ROWS = 3
# Maximum size of a line in the parser's output. The parser normally writes much shorter lines.
MAX_LINE_SIZE = 32 * MEGABYTE
# Parser time limit in web processes, because a request waits for the parser. None (no limit) in other processes.
max_seconds: int | None = None
_COMMAND = limited_process.command("sco_cities.imports.parser")


@dataclass(frozen=True)
class Sheet:
    """A table with its header, format and first rows (`samples`).

    The file must stay open, because each call of `rows` reads the rows again.
    """

    header: list[str]
    samples: list[Row]
    _file: BinaryIO
    format: TableFormat

    def sample_of(self, position: int) -> list[str]:
        """Returns the non-blank cells of a column in the first rows."""
        rows = (cells for _number, cells in self.samples)
        return [cells[position] for cells in rows if position < len(cells) and cells[position]]

    def rows(self) -> Iterator[Row]:
        """Yields the number and the cells of each row below the header. Rows may have different lengths."""
        with _answer(self._file, {"format": self.format, "most": None}) as lines:
            # Skips the format and the header, which are already known.
            next(lines), next(lines)
            for block in lines:
                yield from map(_row, block)


def read(file: BinaryIO, known_headings: Collection[str], charset: str = "", header_row: int = 0) -> Sheet:
    """Reads the table in a CSV or XLSX file. The file must have a file descriptor. Raises Refused.

    `known_headings` are normalized. `charset` is the user's choice for a CSV file. `header_row` is the number of the
    header row, or 0 to detect the row.
    """
    if os.fstat(file.fileno()).st_size > MAX_FILE_SIZE:
        most = MAX_FILE_SIZE // MEGABYTE
        raise Refused(_("The file is larger than %(most)s MB. Import it in parts.") % {"most": most})
    request = {"headings": [*known_headings], "charset": charset, "header_row": header_row}
    with _answer(file, request | {"most": SAMPLE_ROWS}) as lines:
        table_format, header, *blocks = lines
    samples = [_row(row) for block in blocks for row in block]
    if (found := TableFormat(*table_format)).is_workbook:
        # Adds trailing columns without a heading, for example below a merged heading.
        header += [""] * (max((len(cells) for _number, cells in samples), default=0) - len(header))
    return Sheet(header, samples, file, found)


def _row(row: list) -> Row:
    number, cells, *reasons = row
    if reasons:
        if HIDDEN in reasons[0]:
            del reasons[0][HIDDEN]
            cells = HiddenCells(cells)
        for place, reason in reasons[0].items():
            cells[int(place)] = ErrorCell(cells[int(place)], _(reason))
    return number, cells


@contextmanager
def _answer(file: BinaryIO, request: dict) -> Iterator[Iterator[list]]:
    """Runs the parser on a file and yields its output lines. Kills a parser that is still running at the end."""
    request = request | {"seconds": max_seconds or 0}
    with (
        limited_process.running(_COMMAND, request, stdin=file, stdout=subprocess.PIPE) as process,
        closing(_lines(process)) as lines,
    ):
        yield lines


def _lines(process: subprocess.Popen) -> Iterator[list]:
    while line := process.stdout.readline(MAX_LINE_SIZE):
        try:
            answer = json.loads(line)
        except ValueError:
            # The process ended before the line was complete.
            break
        if isinstance(answer, list):
            yield answer
        elif "end" in answer:
            return
        else:
            sentence, values = answer["refusal"]
            raise Refused(_(sentence) % values if values else _(sentence))
    raise _killed(process)


def _killed(process: subprocess.Popen) -> Refused:
    """Kills a parser whose output is incomplete, and returns the error for its exit status."""
    process.kill()
    status = process.wait()
    if status == -signal.SIGABRT:
        # calamine aborts the process if a workbook takes too much memory.
        return Refused(_(TOO_MUCH_MEMORY) % {"most": MEMORY // MEGABYTE})
    if status == -signal.SIGXCPU:
        return Refused(_("Reading the file takes too long. Save it again as CSV, or split it into parts."))
    if status == -signal.SIGALRM:
        return Refused(
            _(
                "Reading the file takes too long. Split it into smaller files, or ask an administrator to import it "
                "with the command import_csv."
            )
        )
    log.error("The parser of an uploaded file exited with status %s.", status)
    return Refused(_("The file cannot be read. Save it again as CSV, or split it into parts."))
