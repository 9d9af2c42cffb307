"""Names and texts in three languages, in the reader's where it exists and else in one that does."""

from django.utils.translation import get_language

LANGUAGES = ("en", "ru", "zh")
# What readers get when a text does not exist in their language: English before the other one.
_FALLBACKS = {"en": ("en", "ru", "zh"), "ru": ("ru", "en", "zh"), "zh": ("zh", "en", "ru")}
_HTML_LANGUAGES = {"en": "en", "ru": "ru", "zh": "zh-Hans"}


class Localized(str):
    """A text that knows its own language: `lang` is what HTML's lang attribute takes."""

    lang: str

    def __new__(cls, text: str, language: str):
        self = super().__new__(cls, text)
        self.lang = _HTML_LANGUAGES.get(language, language)
        return self


def localized(record, stem: str) -> Localized:
    """The text of `stem` (such as "name") in the active language, or in the nearest one that has it."""
    return nearest({language: getattr(record, f"{stem}_{language}") for language in LANGUAGES})


def nearest(texts: dict[str, str]) -> Localized:
    """Of texts by language the one in the active language, or in the nearest one that has it."""
    return nearest_to(active_language(), texts)


def active_language() -> str:
    """The reader's language, as one of LANGUAGES where the site speaks it."""
    return (get_language() or "en")[:2]


def nearest_to(active: str, texts: dict[str, str]) -> Localized:
    """The same for readers of the language `active`."""
    for language in _FALLBACKS.get(active, LANGUAGES):
        if text := texts[language]:
            return Localized(text, language)
    return Localized("", active)


def html_language(code: str) -> str:
    """What HTML's lang attribute takes for a language of the site, such as "zh-hans"."""
    return _HTML_LANGUAGES.get(code[:2], code)


def other_languages(record, stem: str) -> list[Localized]:
    """The texts of `stem` in the languages that `localized` did not choose."""
    chosen = localized(record, stem)
    texts = [Localized(getattr(record, f"{stem}_{language}"), language) for language in LANGUAGES]
    return [text for text in texts if text and text.lang != chosen.lang]


def fold(text: str) -> str:
    """`text` as it is compared in searches: case folded, runs of white space made one space."""
    return " ".join(text.casefold().split())


def split_list(text: str) -> list[str]:
    """The items of a cell such as "Peking; Peiping"."""
    return [item.strip() for item in text.split(";") if item.strip()]
