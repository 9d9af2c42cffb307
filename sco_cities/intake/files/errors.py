"""Errors raised while reading a file. The web process translates their messages."""

from sco_cities.imports.parser.errors import gettext_noop as _


class UnreadableUpload(Exception):
    """Raised if a file cannot be read as a report. Contains an untranslated message and its placeholder values."""

    def __init__(self, sentence: str, **values: str | int):
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values


def not_readable() -> UnreadableUpload:
    """The error for a file that is not a report."""
    return UnreadableUpload(
        _(
            "Only DOCX, PDF, HTML and plain text files are supported. Save the report in one of these formats, or "
            "paste its text."
        )
    )
