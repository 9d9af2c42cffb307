"""Selects names and texts in the reader's language, or in another language of the site if they are missing."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from sco_cities.i18n.languages import TEXT_LANGUAGES, active_language, html_language, preference_order
from sco_cities.i18n.punctuation import Typeset

from .translations import translated_fields


class Localized(Typeset):
    """A text with its language. `lang` is the value of HTML's lang attribute."""

    lang: str

    def __new__(cls, text: str, language: str):
        self = super().__new__(cls, text)
        self.lang = html_language(language)
        return self

    def __getnewargs__(self) -> tuple[str, str]:
        """Returns the arguments that `copy` and `pickle` pass to `__new__`."""
        return str(self), self.lang


def localized(record, stem: str) -> Localized:
    """Returns the text of `stem` (such as "name") in the active language, or in the next preferred language."""
    return best_language(texts_by_language(record, stem))


def texts_by_language(record, stem: str) -> dict[str, str]:
    """Maps languages to the texts of `stem`."""
    columns = translated_fields(type(record))[stem].columns
    return {language: getattr(record, column) for language, column in columns.items()}


def best_language(texts: dict[str, str], language: str = "") -> Localized:
    """Returns the text in `language`, or in the next preferred language. `texts` has languages as keys.

    The default of `language` is the active language.
    """
    language = language or active_language()
    for each in preference_order(language):
        if text := texts[each]:
            return Localized(text, each)
    return Localized("", language)


# The stems of fields that can name a record, in order of preference.
_NAMES = ("title", "name", "summary")


def name_in(values: Mapping[str, str]) -> str:
    """Returns the name in a record's column values, in the best language for the reader, or "" if there is none."""
    for stem in _NAMES:
        texts = {language: values.get(f"{stem}_{language}") or "" for language in TEXT_LANGUAGES}
        texts["en"] = texts["en"] or values.get(stem) or ""
        if text := best_language(texts):
            return text
    return ""


# Notes for texts that are not in the reader's language, by HTML language code.
_LANGUAGE_NOTES = {
    "en": gettext_noop("in English"), "ru": gettext_noop("in Russian"), "zh-Hans": gettext_noop("in Chinese"),
}  # fmt: skip


def foreign_language_note(text: Localized) -> str:
    """Returns a note on the language of `text`, such as "in English". Returns "" for the reader's language."""
    if not text or text.lang in ("", html_language(active_language())):
        return ""
    return gettext(_LANGUAGE_NOTES[text.lang])


def other_languages(record, stem: str) -> list[Localized]:
    """Returns the texts of `stem` in all languages except the language that `localized` selects."""
    current = localized(record, stem)
    texts = [Localized(text, language) for language, text in texts_by_language(record, stem).items()]
    return [text for text in texts if text and text.lang != current.lang]


def fold(text: str) -> str:
    """Case-folds `text` and collapses white space, for comparison."""
    return " ".join(text.casefold().split())


def split_list(text: str) -> list[str]:
    """Splits a cell such as "Peking; Peiping" into its items."""
    return [item.strip() for item in text.split(";") if item.strip()]
