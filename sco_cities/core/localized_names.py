"""Names and texts in three languages: in the reader's language if available, otherwise in another."""

from sco_cities.i18n.languages import LANGUAGES, active_language, html_language, preference_order


class Localized(str):
    """A text with its language: `lang` is the value of HTML's lang attribute."""

    lang: str

    def __new__(cls, text: str, language: str):
        self = super().__new__(cls, text)
        self.lang = html_language(language)
        return self


def localized(record, stem: str) -> Localized:
    """The text of `stem` (such as "name") in the active language, or in the next preferred one that has it."""
    return best_language({language: getattr(record, f"{stem}_{language}") for language in LANGUAGES})


def best_language(texts: dict[str, str]) -> Localized:
    """The text in the active language, or in the next preferred one that has it. `texts` is by language."""
    return best_match(active_language(), texts)


def best_match(language: str, texts: dict[str, str]) -> Localized:
    """The same for readers of `language`."""
    for each in preference_order(language):
        if text := texts[each]:
            return Localized(text, each)
    return Localized("", language)


def other_languages(record, stem: str) -> list[Localized]:
    """The texts of `stem` in the languages other than the one of `localized`."""
    current = localized(record, stem)
    texts = [Localized(getattr(record, f"{stem}_{language}"), language) for language in LANGUAGES]
    return [text for text in texts if text and text.lang != current.lang]


def fold(text: str) -> str:
    """`text` case-folded and with each run of white space as one space, for comparison."""
    return " ".join(text.casefold().split())


def split_list(text: str) -> list[str]:
    """The items of a cell such as "Peking; Peiping"."""
    return [item.strip() for item in text.split(";") if item.strip()]
