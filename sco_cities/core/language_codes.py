"""The language codes of reports, which are all codes of ISO 639-1, and the names of common languages."""

import difflib
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# All two-letter codes of ISO 639-1.
CODES = frozenset((
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bi", "bm",
    "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv", "dz",
    "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd", "gl",
    "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii",
    "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr",
    "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi",
    "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv",
    "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw",
    "sa", "sc", "sd", "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv",
    "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk",
    "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo", "za", "zh", "zu",
))  # fmt: skip

LANGUAGE_NAMES = (
    ("ar", _("Arabic")),
    ("be", _("Belarusian")),
    ("bg", _("Bulgarian")),
    ("de", _("German")),
    ("en", _("English")),
    ("es", _("Spanish")),
    ("fa", _("Persian")),
    ("fr", _("French")),
    ("hi", _("Hindi")),
    ("hy", _("Armenian")),
    ("it", _("Italian")),
    ("ja", _("Japanese")),
    ("kk", _("Kazakh")),
    ("ky", _("Kyrgyz")),
    ("mn", _("Mongolian")),
    ("ne", _("Nepali")),
    ("pt", _("Portuguese")),
    ("ru", _("Russian")),
    ("sw", _("Swahili")),
    ("ta", _("Tamil")),
    ("tg", _("Tajik")),
    ("tl", _("Tagalog")),
    ("tr", _("Turkish")),
    ("ur", _("Urdu")),
    ("uz", _("Uzbek")),
    ("zh", _("Chinese")),
)


def language_name(code: str):
    """The name of a language, or its code if it has no name here."""
    return dict(LANGUAGE_NAMES).get(code, code)


def validate(code: str) -> None:
    """Raises ValidationError if `code` is not a language code. Suggests the code of a similar code or name."""
    if code in CODES:
        return
    by_name = {str(name).casefold(): known for known, name in LANGUAGE_NAMES} | {
        known: known for known in CODES
    }
    matches = difflib.get_close_matches(code.strip().casefold(), by_name, n=1)
    message = gettext(
        "“%(code)s” is not a language code. Use two letters (ISO 639-1), for example en, ru or zh."
    )
    suggestion = " " + gettext("Did you mean “%(code)s”?") % {"code": by_name[matches[0]]} if matches else ""
    raise ValidationError(message % {"code": code} + suggestion, code="language")


_HAN = re.compile("[\u4e00-\u9fff]")


def title_language(title: str, language: str) -> str:
    """The language of the headline of a report in `language`. A translated report may have a Chinese headline."""
    return "zh" if _HAN.search(title) and language != "ja" else language
