"""User input that is quoted in messages."""

MAX_LENGTH = 60


def shortened(value: str) -> str:
    """`value` for an error message, with at most 60 characters, and with unprintable characters replaced."""
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in value)
    return printable if len(printable) <= MAX_LENGTH else f"{printable[:MAX_LENGTH]}…"
