"""Names and sentences in a row."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def comma() -> str:
    """What stands between two names."""
    return pgettext("between names", ", ")


def semicolon() -> str:
    """What stands between two parts that have commas or brackets of their own."""
    return pgettext("between names", "; ")


def brackets() -> tuple[str, str]:
    """What a remark stands between, after a word: " (" and ")"."""
    return pgettext("around a remark", " ("), pgettext("around a remark", ")")


def remarked(said: object, remark: object) -> str:
    """A word with a remark: "Almaty (Kazakhstan)"."""
    opening, closing = brackets()
    return f"{said}{opening}{remark}{closing}"


def listed(names: Iterable[object]) -> str:
    """Names one after the other: "Almaty, Osh, Kazan"."""
    return comma().join(map(str, names))


def enumerated(parts: Iterable[object]) -> str:
    """What has commas or brackets of its own, one after the other."""
    return semicolon().join(map(str, parts))
