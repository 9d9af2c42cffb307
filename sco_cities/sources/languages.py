"""Names of the languages in which reports are written (ISO 639-1)."""

from django.utils.translation import gettext_lazy as _

LANGUAGE_NAMES = (
    ("ar", _("Arabic")),
    ("be", _("Belarusian")),
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
    ("pt", _("Portuguese")),
    ("ru", _("Russian")),
    ("sw", _("Swahili")),
    ("tg", _("Tajik")),
    ("tr", _("Turkish")),
    ("ur", _("Urdu")),
    ("uz", _("Uzbek")),
    ("zh", _("Chinese")),
)


def language_name(code: str):
    """The name of a language, or its code where the name is not known here."""
    return dict(LANGUAGE_NAMES).get(code, code)
