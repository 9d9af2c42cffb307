"""Errors raised by programs that read uploaded files. The web process translates their messages."""

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
