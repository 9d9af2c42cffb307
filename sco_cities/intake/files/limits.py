"""Limits for the size of a report and for the resources of the process that reads it."""

from sco_cities.imports.parser.limits import MEGABYTE, UnreadableFile
from sco_cities.imports.parser.limits import gettext_noop as _

MAX_FILE_SIZE = 5 * MEGABYTE
# Maximum number of characters in the text.
MAX_LENGTH = 200_000
MAX_PAGES = 60
MAX_TITLE_LENGTH = 300

# Limits of the whole process, including the interpreter (memory in bytes, CPU time and wall-clock time in seconds).
MEMORY = 512 * MEGABYTE
PROCESSOR_S = 20
WALL_S = 30
# Maximum size of the result in bytes. MAX_LENGTH characters take up to four bytes each, or six if escaped.
MAX_ANSWER_SIZE = 2 * MEGABYTE

# Maximum number of parts in a DOCX file, which is a ZIP archive.
MAX_PARTS = 1_000
MAX_UNPACKED_SIZE = 20 * MEGABYTE


def not_readable() -> UnreadableFile:
    """The error for a file that is not a report."""
    return UnreadableFile(
        _(
            "Only DOCX, PDF, HTML and plain text files are supported. Save the report in one of these formats, or "
            "paste its text."
        )
    )
