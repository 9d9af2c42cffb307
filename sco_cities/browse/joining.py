"""Names and sentences in a row."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def comma() -> str:
    """What stands between two names."""
    return pgettext("between names", ", ")


def listed(names: Iterable[object]) -> str:
    """Names one after the other: "Almaty, Osh, Kazan"."""
    return comma().join(map(str, names))


def enumerated(parts: Iterable[object]) -> str:
    """What has commas or brackets of its own, one after the other."""
    return pgettext("between names", "; ").join(map(str, parts))
