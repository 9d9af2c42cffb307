"""Language codes of reports (all codes of ISO 639-1), and names of common languages."""

import difflib
import re
from functools import cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, to_locale

# The languages that forms offer as choices.
_NAMED = (
    "ar", "be", "bg", "de", "en", "es", "fa", "fr", "hi", "hy", "it", "ja", "kk", "ky", "mn", "ne", "pt", "ru",
    "sw", "ta", "tg", "tl", "tr", "ur", "uz", "zh",
)  # fmt: skip


@cache
def codes() -> frozenset[str]:
    """Returns all two-letter codes of ISO 639-1, which are the codes in CLDR except the withdrawn code "sh"."""
    return frozenset(code for code in Locale.parse("en").languages if len(code) == 2) - {"sh"}


def _name(code: str) -> str:
    # CLDR's Chinese name for Kyrgyz is the name of a minority language in China.
    if code == "ky":
        return gettext("Kyrgyz")
    # Some locales, such as Kazakh, have no name for Tagalog.
    locales = map(Locale.parse, (to_locale(get_language() or "en"), "en"))
    return next(locale.languages[code] for locale in locales if code in locale.languages)


_lazy_name = lazy(_name, str)
LANGUAGE_NAMES = tuple((code, _lazy_name(code)) for code in _NAMED)


def language_name(code: str):
    """Returns the name of a language, or its code if the language is not in LANGUAGE_NAMES."""
    return dict(LANGUAGE_NAMES).get(code, code)


def validate(code: str) -> None:
    """Raises ValidationError if `code` is not a language code. The message suggests a similar code."""
    if code in codes():
        return
    by_name = {str(name).casefold(): known for known, name in LANGUAGE_NAMES} | {
        known: known for known in codes()
    }
    matches = difflib.get_close_matches(code.strip().casefold(), by_name, n=1)
    message = gettext(
        "“%(code)s” is not a language code. Use two letters (ISO 639-1), for example en, ru or zh."
    )
    suggestion = " " + gettext("Did you mean “%(code)s”?") % {"code": by_name[matches[0]]} if matches else ""
    raise ValidationError(message % {"code": code} + suggestion, code="language")


_HAN = re.compile("[\u4e00-\u9fff]")


def title_language(title: str, language: str) -> str:
    """Returns the language of the headline `title`, which may differ from the report's `language`.

    A translated report may have a Chinese headline.
    """
    return "zh" if _HAN.search(title) and language != "ja" else language
