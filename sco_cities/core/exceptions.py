"""The exception for rejected changes, files and texts, and a function for quoting user input in messages."""


class Refused(Exception):
    """Raised if a change is rejected. Nothing has been changed.

    Each of the `reasons` is a sentence, or an error whose text is a sentence. `is_stale` is True if the user has seen
    an outdated state. `needs_confirmation` is True if the change is accepted once the user confirms that the existing
    evidence supports it.
    """

    def __init__(self, *reasons: object, is_stale: bool = False, needs_confirmation: bool = False):
        super().__init__(" ".join(map(str, reasons)))
        self.reasons = list(reasons)
        self.is_stale = is_stale
        self.needs_confirmation = needs_confirmation


MAX_LENGTH = 60


def shortened(value: str) -> str:
    """Shortens `value` to 60 characters for an error message, and replaces unprintable characters."""
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in value)
    return printable if len(printable) <= MAX_LENGTH else f"{printable[:MAX_LENGTH]}…"
