"""Errors of the parser. The process that shows them translates their sentences."""

MEGABYTE = 1024 * 1024


def gettext_noop(sentence: str) -> str:
    """`sentence`, marked for the catalogues."""
    return sentence


class UnreadableTable(Exception):
    """The file cannot be read as a table. Contains an untranslated sentence for the user and its values."""

    def __init__(self, sentence: str, **values: str | int):
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values


class ErrorCell(str):
    """A cell with an unusable value. `reason` is a sentence."""

    reason: str

    def __new__(cls, text: str, reason: str):
        self = super().__new__(cls, text)
        self.reason = reason
        return self
