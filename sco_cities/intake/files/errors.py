"""Errors of reading a file, whose sentences are translated by the process that shows them."""

from sco_cities.imports.parser.errors import gettext_noop as _


class UnreadableUpload(Exception):
    """The file cannot be read as a report: an untranslated sentence for the user, and the values to insert."""

    def __init__(self, sentence: str, **values: str | int):
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values


def not_readable() -> UnreadableUpload:
    """The refusal of a file that is no report."""
    return UnreadableUpload(
        _(
            "Only DOCX, PDF, HTML and plain text can be read. Save the report as one of these, or paste its text."
        )
    )
