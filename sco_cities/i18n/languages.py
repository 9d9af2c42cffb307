"""What each language of the site is called in itself, shortly and in full."""

from functools import cache

from django.utils.translation import get_language

LANGUAGE_NAMES = {"en": ("EN", "English"), "ru": ("РУ", "Русский"), "zh-hans": ("中文", "中文")}


def html_language(code: str) -> str:
    """What HTML's lang attribute takes for a language, as the site ("zh-hans") or a field ("name_zh") calls it."""
    return "zh-Hans" if code in ("zh", "zh-hans") else code


LANGUAGES = ("en", "ru", "zh")


def active_language() -> str:
    """The reader's language as the fields of names end, one of LANGUAGES where the site speaks it."""
    return (get_language() or "en")[:2]


@cache
def preference_order(language: str) -> tuple[str, str, str]:
    """The languages in the order in which readers of one take a text: English before the other one."""
    first, second, third = sorted(LANGUAGES, key=lambda each: each != language)
    return first, second, third
