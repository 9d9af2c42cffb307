"""The languages of the site, with their short and full names in the language itself."""

from functools import cache

from django.conf import settings
from django.utils.translation import get_language

SITE_LANGUAGE_NAMES = {"en": ("EN", "English"), "ru": ("РУ", "Русский"), "zh-hans": ("中文", "中文")}
# Suffixes of text columns, the main language first.
TEXT_LANGUAGES = ("en", "ru", "zh")
# A regular expression for the beginning of a path in any language, such as "/" or "/ru/".
LANGUAGE_PREFIX = rf"/(?:(?:{'|'.join(code for code, _name in settings.LANGUAGES)})/)?"


def html_language(code: str) -> str:
    """The value of HTML's lang attribute for a language code of the site ("zh-hans") or of a field ("zh")."""
    return "zh-Hans" if code in ("zh", "zh-hans") else code


def active_language() -> str:
    """The two-letter code of the reader's language. It is the suffix of the text columns in this language."""
    return (get_language() or "en")[:2]


@cache
def preference_order(language: str) -> tuple[str, str, str]:
    """The languages in order of preference for readers of `language`, beginning with `language` and then English."""
    first, second, third = sorted(TEXT_LANGUAGES, key=lambda each: each != language)
    return first, second, third
