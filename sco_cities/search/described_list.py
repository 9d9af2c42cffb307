"""Offers a search in words as a filtered list of initiatives.

The words of "трамвай Ташкент" are looked up among the names and labels of filter values in all languages, and are a
theme and a city. Other words stay a text search.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import override

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative, Kind, Status
from sco_cities.cities.models import Country
from sco_cities.cities.place_set import MOST_PLACES, Place, joint_filters, together_url
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.filter_options import RecordChoices
from sco_cities.listings.list_query import ListQuery
from sco_cities.names import inflection
from sco_cities.names.gazetteer import country_words
from sco_cities.names.vocabulary import vocabulary, words_of
from sco_cities.sources.related_records import list_url
from sco_cities.themes.models import Theme

from .joint_initiatives import place_among, without_own_countries
from .ranking import RankedKeys
from .roles import role_of
from .segments import CONNECTORS, TypedWord, typed_words
from .synonyms import NameDictionary
from .theme_matches import theme_matcher

# Each word of a search is looked up alone and together with the words after it.
_MAX_WORDS, _MAX_NAME_WORDS = 12, 6
# A filter cannot leave out a value, or give a choice between conditions, so such searches offer no list.
_EXCLUDED = re.compile(r"(?:^|\s)[-\u2212\u2013]\w")
_NOT_FILTERS = {
    "not", "no", "non", "without", "except", "excluding", "or",
    "не", "нет", "без", "кроме", "или",
    "不", "不是", "没有", "未", "非", "无", "除", "除了", "或", "或者",
}  # fmt: skip
# The meanings of words next to a year.
_FROM, _TO, _YEAR = "from a year", "up to a year", "year"
# The cues of themes are found by their first characters.
_CUE_KEY = slice(2)

# The values of filters that some words name, by filter.
FilterValues = dict[str, set[str]]


@dataclass(frozen=True)
class DescribedList:
    """The list that a search describes, with its URL and its heading."""

    url: str
    heading: str


def described_list(
    phrase: str, state: IndexState, names: NameDictionary, matches: Mapping[str, RankedKeys]
) -> DescribedList | None:
    """The list that `phrase` describes. None if it is empty, or if the phrase has fewer than two conditions.

    If some words are no filters, they ask for a person with a role, or for a record if one of the `matches` of the
    phrase has a name that begins with it.
    """
    reader = _Reader(state, names)
    words = typed_words(phrase, reader.is_known)
    if not 1 < len(words) <= _MAX_WORDS or _EXCLUDED.search(phrase):
        return None
    if any(word.text in _NOT_FILTERS for word in words):
        return None
    reader.read(words)
    places, filters, text = without_own_countries(reader.places), reader.values, reader.other_words
    is_text_only = not places and not filters
    if is_text_only or len(places) + len(filters) + bool(text) < 2:
        return None
    if text and (any(role_of([word]) for word in text) or _is_name(matches, state)):
        return None
    has_page = not filters and not text and len(places) <= MOST_PLACES
    search = {"q": [" ".join(text)]} if text else {}
    url = list_url(
        Initiative, **joint_filters(places), **{name: sorted(filters[name]) for name in filters}, **search
    )
    query = ListQuery(INITIATIVES, state, QueryDict(url.partition("?")[2]))
    if not query.result_set.count():
        return None
    return DescribedList(together_url(*places) if has_page else url, query.heading)


def _is_name(matches: Mapping[str, RankedKeys], state: IndexState) -> bool:
    """Whether a published record has a name that begins with the phrase."""
    return any((keys.exact | keys.prefix) & state.published(of) for of, keys in matches.items())


class _Reader:
    """Finds the filter values that the words of a search name. Words without a meaning are `other_words`."""

    def __init__(self, state: IndexState, names: NameDictionary):
        self.places: list[Place] = []
        self.values: FilterValues = {}
        self.other_words: list[str] = []
        self._state = state
        self._names = names
        self._themes = theme_matcher(state)

    def is_known(self, han: str) -> bool:
        """Whether a part of a Chinese run has a meaning."""
        return any(han in words for words in (self._names.han_names, self._themes.han_names, _han_words()))

    def read(self, words: Sequence[TypedWord]) -> None:
        """Divides `words` into parts with a meaning, the longest first, and other words."""
        start = 0
        while start < len(words):
            ends = range(min(len(words), start + _MAX_NAME_WORDS), start, -1)
            end = next((end for end in ends if self._add(words[start:end])), start + 1)
            start = end

    def _add(self, words: Sequence[TypedWord]) -> bool:
        """Adds the meaning of `words`, or a single word without one as it is. False if several have none together."""
        if place := self._place(words):
            self.places += [place] if place not in self.places else []
            return True
        values = self._values(words)
        if values is None and len(words) > 1:
            return False
        # Filters only ever narrow the list. Words that contradict others are searched for.
        both = {name: found & self.values.get(name, found) for name, found in (values or {}).items()}
        if values is None or not all(both.values()):
            self.other_words += [word.text for word in words]
        else:
            self.values |= both
        return True

    def _place(self, words: Sequence[TypedWord]) -> Place | None:
        """The city or country with this name, or the country of an adjective or of its people."""
        if place := place_among(self._names.entries_of(words), self._state):
            return place
        stems = inflection.keys(word.stems for word in words)
        code = country_words().get(words[0].text) if len(words) == 1 else None
        code = code or next((_countries()[key] for key in stems if key in _countries()), None)
        return RecordChoices(Country.collection, self._state).by_slug.get(code) if code else None

    def _values(self, words: Sequence[TypedWord]) -> FilterValues | None:
        """The filter values with this name. Empty for connecting words and the title of the list."""
        if themes := self._theme_slugs(words):
            return {"theme": themes}
        labels, stems = _labels(), inflection.keys(word.stems for word in words)
        found = next((labels[key] for key in stems if key in labels), None)
        return _years(words) if found is None else found

    def _theme_slugs(self, words: Sequence[TypedWord]) -> set[str]:
        """The themes with this name or keyword, or else with a cue that these words are."""
        records = self._state.index(Theme.collection).records
        keys = self._themes.themes_named(" ".join(word.text for word in words), with_keywords=True)
        published = RecordChoices(Theme.collection, self._state).by_slug
        cues = _cues().get(words[0].text[_CUE_KEY], ())
        return {records[key].slug for key in keys} or {
            slug for cue, slug in cues if slug in published and _is_cue(cue, words)
        }


def _is_cue(cue: Sequence[str], words: Sequence[TypedWord]) -> bool:
    return len(cue) == len(words) and all(
        word.text.startswith(own[:-1]) if own.endswith("*") else own in word.stems
        for own, word in zip(cue, words, strict=True)
    )


@cache
def _cues() -> dict[str, list[tuple[list[str], str]]]:
    """The words of each cue and the slug of its theme, by the first characters of the cue."""
    cues = defaultdict(list)
    for row in vocabulary("theme_cues"):
        words = [inflection.fold(word) for word in row.word.replace("-", " ").split()]
        cues[words[0][_CUE_KEY]].append((words, row.meaning))
    return cues


@cache
def _labels() -> dict[str, FilterValues]:
    """The filter values by the stems of their labels in all languages, with {} for words that choose nothing."""
    labels = {word: {} for word in CONNECTORS | words_of("stop_words", "", "small")}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts = [(str(INITIATIVES.title), {})]
            for name, choices in (("status", Status), ("kind", Kind)):
                texts += [(str(label), {name: {value}}) for value, label in choices.choices]
        for text, values in texts:
            stems = map(inflection.stems_of_name, inflection.words(text))
            labels |= dict.fromkeys(inflection.keys(stems), values)
    return labels


@cache
def _countries() -> dict[str, str]:
    """The codes of countries by the stems of their names of several words, and by their Chinese names."""
    names = [
        (inflection.words(row.word), row.meaning.lower())
        for row in vocabulary("countries")
        if row.language == "zh" or " " in row.word
    ]
    return {
        key: code for words, code in names for key in inflection.keys(map(inflection.stems_of_name, words))
    }


@cache
def _year_words() -> dict[str, str]:
    return {row.word: row.meaning for row in vocabulary("time_words") if row.meaning in (_FROM, _TO, _YEAR)}


@cache
def _han_words() -> set[str]:
    """The Chinese labels, names of countries, cues, and words next to a year."""
    return {
        *_labels(),
        *_countries(),
        *_year_words(),
        *(row.word for row in vocabulary("theme_cues") if row.language == "zh"),
    }


def _years(words: Sequence[TypedWord]) -> FilterValues | None:
    """The first and last year in words such as "since 2023", "2023 год", "2023年以来" or "from 2020 to 2023"."""
    texts = [word.text for word in words]
    years = sorted(text for text in texts if len(text) == 4 and text.isascii() and text.isdecimal())
    others = {text for text in texts if text not in years}
    if len(years) == 2 and all(text in _year_words() or _labels().get(text) == {} for text in others):
        return {"year_from": {years[0]}, "year_to": {years[1]}}
    meanings = {_year_words().get(text) for text in others} - {_YEAR}
    if len(years) != 1 or len(meanings) > 1 or not meanings <= {_FROM, _TO}:
        return None
    names = {"year_from": _FROM, "year_to": _TO}
    return {name: set(years) for name, meaning in names.items() if meanings <= {meaning}}
