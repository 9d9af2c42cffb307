"""Limits of tables and of the parser process, parser errors, and code that the parser shares with web processes.

The web process translates the error messages.
"""

MEGABYTE = 1024 * 1024


def gettext_noop(sentence: str) -> str:
    """Marks a message for translation and returns it."""
    return sentence


class UnreadableFile(Exception):
    """Raised if a file cannot be read. Contains an untranslated message and its placeholder values."""

    def __init__(self, sentence: str, **values: str | int):
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values


class ErrorCell(str):
    """A cell with an unusable value. `reason` is the error message."""

    reason: str

    def __new__(cls, text: str, reason: str):
        self = super().__new__(cls, text)
        self.reason = reason
        return self


def normalize_heading(heading: str) -> str:
    """Normalizes a heading for comparison."""
    return " ".join(heading.replace("_", " ").replace("\ufeff", "").casefold().split())


# Memory limit of the process in bytes, including the interpreter.
MEMORY = 512 * MEGABYTE
PROCESSOR_S = 60
TOO_MUCH_MEMORY = gettext_noop(
    "Reading the file takes more than %(most)s MB of memory. Save it again as CSV, or split it into parts."
)

MAX_ROWS = 500_000
# The maximum numbers of columns in a spreadsheet and in an import.
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
    """Returns the error for a table with more than MAX_ROWS rows, including blank rows."""
    return UnreadableFile(
        gettext_noop("The file has more than %(most)s rows. Import it in parts."), most=f"{MAX_ROWS:,}"
    )
