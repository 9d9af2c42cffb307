"""Errors of the parser, whose sentences are translated by the process that shows them."""

MEGABYTE = 1024 * 1024


def gettext_noop(sentence: str) -> str:
    """`sentence`, marked for the catalogues."""
    return sentence


class UnreadableTable(Exception):
    """The file cannot be read as a table: an untranslated sentence for the user, and the values to insert."""

    def __init__(self, sentence: str, **values: str | int):
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values


class ErrorCell(str):
    """A cell whose value cannot be used; `reason` is a sentence."""

    reason: str

    def __new__(cls, text: str, reason: str):
        self = super().__new__(cls, text)
        self.reason = reason
        return self
