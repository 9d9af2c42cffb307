"""Names and texts in three languages, in the reader's where it exists and else in one that does."""

from sco_cities.i18n.languages import LANGUAGES, active_language, html_language, preference_order


class Localized(str):
    """A text that knows its own language: `lang` is what HTML's lang attribute takes."""

    lang: str

    def __new__(cls, text: str, language: str):
        self = super().__new__(cls, text)
        self.lang = html_language(language)
        return self


def localized(record, stem: str) -> Localized:
    """The text of `stem` (such as "name") in the active language, or in the nearest one that has it."""
    return best_language({language: getattr(record, f"{stem}_{language}") for language in LANGUAGES})


def best_language(texts: dict[str, str]) -> Localized:
    """Of texts by language the one in the active language, or in the nearest one that has it."""
    return best_match(active_language(), texts)


def best_match(active: str, texts: dict[str, str]) -> Localized:
    """The same for readers of the language `active`."""
    for language in preference_order(active):
        if text := texts[language]:
            return Localized(text, language)
    return Localized("", active)


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
