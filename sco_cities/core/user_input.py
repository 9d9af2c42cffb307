"""User input that is quoted in messages."""

MAX_LENGTH = 60


def shortened(value: str) -> str:
    """Shortens `value` to 60 characters for an error message, and replaces unprintable characters."""
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in value)
    return printable if len(printable) <= MAX_LENGTH else f"{printable[:MAX_LENGTH]}…"
