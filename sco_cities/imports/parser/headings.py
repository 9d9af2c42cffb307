"""The headings of a table, compared without case, underscores and spacing."""


def normalize_heading(heading: str) -> str:
    """The normalized form of a heading for comparison."""
    return " ".join(heading.replace("_", " ").replace("\ufeff", "").casefold().split())
