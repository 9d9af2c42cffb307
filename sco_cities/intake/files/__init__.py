"""Extracts the text of an uploaded report in a separate process with limits of memory and CPU time.

`intake.reception` starts the process as `python -m sco_cities.intake.files`. At its start the process imports only the
standard library. It imports pypdfium2 to read PDF files, and charset-normalizer to detect character sets. This module
defines the limits, the error and the result of the process.
"""

from dataclasses import dataclass

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
    """Returns the error for a file that is not a report."""
    return UnreadableFile(
        _(
            "Only DOCX, PDF, HTML and plain text files are supported. Save the report in one of these formats, or "
            "paste its text."
        )
    )


@dataclass(frozen=True)
class FileText:
    """The text of a file, and its title and date (ISO 8601) if the file contains them."""

    text: str
    source: str
    title: str = ""
    published_on: str = ""
