"""What a table may contain, and what reading it may cost."""

from .errors import MEGABYTE, UnreadableTable
from .errors import gettext_noop as _

# Of the whole process, with its interpreter.
MEMORY = 512 * MEGABYTE
PROCESSOR_S = 60
TOO_MUCH_MEMORY = _(
    "Reading the file takes more than %(most)s MB of memory. Save it again as CSV, or split it into parts."
)

MAX_ROWS = 500_000
# Those of a spreadsheet; few of them are columns with a heading.
MAX_CELLS = 16_384
MAX_COLUMNS = 120
MAX_CELL_LENGTH = MEGABYTE
MAX_ROW_LENGTH = 2 * MEGABYTE

Cells = list[str]


# What the parser's answer says of such a row.
HIDDEN = "hidden"


class HiddenCells(Cells):
    """The cells of a row that the spreadsheet hides, as a filter does."""


Row = tuple[int, Cells]


def too_many_rows() -> UnreadableTable:
    """The refusal of a table with more than MAX_ROWS rows, blank ones included."""
    return UnreadableTable(
        _("The file has more than %(most)s rows; import it in parts."), most=f"{MAX_ROWS:,}"
    )
