"""The headings of a table, compared without case, underscores and spacing."""


def normalize_heading(heading: str) -> str:
    """What is compared of a heading."""
    return " ".join(heading.replace("_", " ").replace("\ufeff", "").casefold().split())
