"""The languages that names and texts are kept in, and which of them a reader gets."""

from functools import cache

from django.utils.translation import get_language

LANGUAGES = ("en", "ru", "zh")


def active_language() -> str:
    """The reader's language as the fields of names end, one of LANGUAGES where the site speaks it."""
    return (get_language() or "en")[:2]


@cache
def preferred(language: str) -> tuple[str, str, str]:
    """The languages in the order in which readers of one take a text: English before the other one."""
    first, second, third = sorted(LANGUAGES, key=lambda each: each != language)
    return first, second, third
