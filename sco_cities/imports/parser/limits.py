"""Limits for the size of a table and for the resources of the process that reads it."""

from .errors import MEGABYTE, UnreadableFile
from .errors import gettext_noop as _

# Memory limit of the whole process in bytes, including the interpreter.
MEMORY = 512 * MEGABYTE
PROCESSOR_S = 60
TOO_MUCH_MEMORY = _(
    "Reading the file takes more than %(most)s MB of memory. Save it again as CSV, or split it into parts."
)

MAX_ROWS = 500_000
# The maximum number of columns in a spreadsheet. Few of these columns have a heading.
MAX_CELLS = 16_384
MAX_COLUMNS = 120
MAX_CELL_LENGTH = MEGABYTE
MAX_ROW_LENGTH = 2 * MEGABYTE

Cells = list[str]


# Marks a hidden row in the parser's result.
HIDDEN = "hidden"


class HiddenCells(Cells):
    """The cells of a row that is hidden in the spreadsheet, for example by a filter."""


Row = tuple[int, Cells]


def too_many_rows() -> UnreadableFile:
    """The error for a table with more than MAX_ROWS rows, including blank ones."""
    return UnreadableFile(
        _("The file has more than %(most)s rows. Import it in parts."), most=f"{MAX_ROWS:,}"
    )
