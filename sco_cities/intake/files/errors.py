"""Errors of reading a file. The process that shows them translates their sentences."""

from sco_cities.imports.parser.errors import gettext_noop as _


class UnreadableUpload(Exception):
    """The file cannot be read as a report. Contains an untranslated sentence for the user and its values."""

    def __init__(self, sentence: str, **values: str | int):
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values


def not_readable() -> UnreadableUpload:
    """The error for a file that is not a report."""
    return UnreadableUpload(
        _(
            "Only DOCX, PDF, HTML and plain text can be read. Save the report as one of these, or paste its text."
        )
    )
