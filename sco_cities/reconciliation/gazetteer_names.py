"""What the gazetteers and CLDR know about names: further ones of our places, and those of places that we lack."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from sco_cities.cities import gazetteer
from sco_cities.core.russian import adjective_forms, case_forms
from sco_cities.core.vocabulary import vocabulary
from sco_cities.i18n.countries import alpha_3_codes, cldr_country_names

# Languages in which people of the region write the names of countries, and those of many tables.
_LOCALES = (
    "en", "ru", "zh_Hans", "zh_Hant", "kk", "ky", "uz", "uz_Cyrl", "tg", "fa", "hi", "ur", "mn", "tr", "az", "be",
    "hy", "ar", "de", "fr",
)  # fmt: skip


@lru_cache(maxsize=1)
def city_names() -> dict[str, tuple[str, ...]]:
    """The names of the cities of the gazetteers, by GeoNames number."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for number, texts in gazetteer.names_by_number().items():
        names[number].update(dict.fromkeys(texts))
    for row in vocabulary("city_names"):
        names[row.meaning][row.word] = None
    return {number: tuple(texts) for number, texts in names.items()}


@lru_cache(maxsize=1)
def country_names() -> dict[str, tuple[str, ...]]:
    """The names of all countries, by code in lower case: in many languages, full and short, and their codes."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for locale in _LOCALES:
        for code, name in cldr_country_names(locale).items():
            names[code][name] = None
    for row in vocabulary("countries"):
        if row.meaning in names and _is_name(row.word, row.language):
            names[row.meaning][row.word] = None
    for alias, code in alpha_3_codes().items():
        if code in names:
            names[code][alias] = None
    return {code.lower(): (code, *texts) for code, texts in names.items()}


def _is_name(word: str, language: str) -> bool:
    """Whether a word for a country is a name, or an adjective that is used as one: Lao PDR."""
    if language == "ru":
        return word[0].isupper()
    return language == "en" or (language == "zh" and not word.startswith("我") and not word.endswith("方"))


@lru_cache(maxsize=1)
def country_words() -> dict[str, str]:
    """Single words, in lower case, that name a country inside of another name: its code. In English and Russian."""
    words: dict[str, str] = {}
    for locale in ("en", "ru"):
        for code, name in cldr_country_names(locale).items():
            if name.isalpha():
                words |= dict.fromkeys(_word_forms(name, locale), code.lower())
    for row in vocabulary("countries"):
        if row.language in ("en", "ru") and row.word.isalpha() and len(row.word) > 1:
            words |= dict.fromkeys(_word_forms(row.word, row.language), row.meaning.lower())
    return words


def _word_forms(word: str, language: str) -> Iterator[str]:
    if language == "en" or word.isupper():
        return iter((word.lower(),))
    return iter(adjective_forms(word) if word.endswith("ский") else case_forms(word))
