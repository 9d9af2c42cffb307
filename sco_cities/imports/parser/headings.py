"""Normalizes the headings of a table, ignoring case, underscores and spacing."""


def normalize_heading(heading: str) -> str:
    """Normalizes a heading for comparison."""
    return " ".join(heading.replace("_", " ").replace("\ufeff", "").casefold().split())
