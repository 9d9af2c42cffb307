"""Converts a search in natural language to a filtered list of initiatives or events.

The words are looked up among the names and labels of filter values in all languages. For example, "трамвай Ташкент"
names a theme and a city. Words that do not name a filter value are searched as text.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import override

from delegates.columns import EVENTS
from delegates.models import Event
from initiatives.columns import INITIATIVES
from initiatives.models import Initiative, Kind, Status
from sco_cities.cities.models import (
    MOST_PLACES,
    Country,
    Place,
    joint_filters,
    together_url,
    without_own_countries,
)
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.filter_options import RecordChoices
from sco_cities.listings.list_query import ListQuery
from sco_cities.names import inflection
from sco_cities.names.gazetteer import country_words
from sco_cities.names.vocabulary import vocabulary, words_of
from sco_cities.sources.related_records import list_url
from sco_cities.themes.models import Theme

from .best_matches import place_among
from .ranking import RankedKeys
from .segments import CONNECTORS, TypedWord, role_of, typed_words
from .synonyms import NameDictionary
from .theme_matches import theme_matcher

# Maximum numbers of words in a search and in a name. Each word is looked up alone and with the next words.
_MAX_WORDS, _MAX_NAME_WORDS = 12, 6
# Searches with these words have no described list, because filters cannot exclude values or combine alternatives.
_EXCLUDED = re.compile(r"(?:^|\s)[-\u2212\u2013]\w")
_NOT_FILTERS = {
    "not", "no", "non", "without", "except", "excluding", "or",
    "не", "нет", "без", "кроме", "или",
    "不", "不是", "没有", "未", "非", "无", "除", "除了", "或", "或者",
}  # fmt: skip
# The possible meanings of a word next to a year.
_FROM, _TO, _YEAR = "from a year", "up to a year", "year"
# The value for words about events, such as "announced". The list shows the events at the named place, because filters
# cannot select the place of an announcement.
_EVENTS = "events"
# Theme cues are indexed by their first characters.
_CUE_KEY = slice(2)

# Maps each filter to the values that the search names.
FilterValues = dict[str, set[str]]


@dataclass(frozen=True)
class DescribedList:
    """The list of initiatives or events that a search describes, with its URL and heading."""

    url: str
    heading: str


def described_list(
    phrase: str, state: IndexState, names: NameDictionary, matches: Mapping[str, RankedKeys]
) -> DescribedList | None:
    """Returns the list that `phrase` describes, or None if the list is empty or has fewer than two conditions.

    Also returns None if some words do not name a filter value and the phrase is probably the name of a person or
    record. The phrase is probably a name if one of these words is a role, or if the name of a record in `matches`
    begins with it.
    """
    reader = _Reader(state, names)
    words = typed_words(phrase, reader.is_known)
    if not 1 < len(words) <= _MAX_WORDS or _EXCLUDED.search(phrase):
        return None
    if any(word.text in _NOT_FILTERS for word in words):
        return None
    reader.read(words)
    places, filters, text = without_own_countries(reader.places), reader.values, reader.other_words
    is_name = any((keys.exact | keys.prefix) & state.published(of) for of, keys in matches.items())
    if text and (is_name or any(role_of([word]) for word in text)):
        return None
    found = _list_with(places, filters, text, state)
    # "Projects" can mean initiatives of any kind.
    if not found and filters.get("kind") == {Kind.PROJECT}:
        found = _list_with(places, {name: filters[name] for name in filters if name != "kind"}, text, state)
    return found


def _list_with(
    places: list[Place], filters: FilterValues, text: list[str], state: IndexState
) -> DescribedList | None:
    """Returns the list with these conditions, or None if the list is empty or has too few conditions."""
    if len(places) + len(filters) + bool(text) < 2 and _EVENTS not in filters:
        return None
    model, listing = (Event, EVENTS) if _EVENTS in filters else (Initiative, INITIATIVES)
    values = {name: sorted(filters[name]) for name in filters if name != _EVENTS}
    if not values.keys() <= listing.filterset.base_filters.keys():
        return None
    has_page = not filters and not text and len(places) <= MOST_PLACES
    search = {"q": [" ".join(text)]} if text else {}
    url = list_url(model, **joint_filters(places), **values, **search)
    query = ListQuery(listing, state, QueryDict(url.partition("?")[2]))
    if not query.result_set.count():
        return None
    return DescribedList(together_url(*places) if has_page else url, query.heading)


class _Reader:
    """Finds the filter values that a search names. `other_words` are the words that do not name a filter value."""

    def __init__(self, state: IndexState, names: NameDictionary):
        self.places: list[Place] = []
        self.values: FilterValues = {}
        self.other_words: list[str] = []
        self._state = state
        self._names = names
        self._themes = theme_matcher(state)

    def is_known(self, han: str) -> bool:
        """Returns True if this part of a Chinese text is a known name or word."""
        return any(han in words for words in (self._names.han_names, self._themes.han_names, _han_words()))

    def read(self, words: Sequence[TypedWord]) -> None:
        """Splits `words` into the longest parts that name filter values, and into other words."""
        start = 0
        while start < len(words):
            ends = range(min(len(words), start + _MAX_NAME_WORDS), start, -1)
            end = next((end for end in ends if self._add(words[start:end])), start + 1)
            start = end

    def _add(self, words: Sequence[TypedWord]) -> bool:
        """Adds the meaning of `words`, or a single unknown word as text. Returns False for several unknown words."""
        if place := self._place(words):
            self.places += [place] if place not in self.places else []
            return True
        values = self._values(words)
        if values is None and len(words) > 1:
            return False
        # The filter values of several words are intersected, so that each word narrows the list. A word that
        # contradicts earlier words is added as text.
        both = {name: found & self.values.get(name, found) for name, found in (values or {}).items()}
        if values is None or not all(both.values()):
            self.other_words += [word.text for word in words]
        else:
            self.values |= both
        return True

    def _place(self, words: Sequence[TypedWord]) -> Place | None:
        """Returns the city or country with this name. An adjective or the name of a people selects its country."""
        if place := place_among(self._names.entries_of(words), self._state):
            return place
        stems = inflection.keys(word.stems for word in words)
        code = country_words().get(words[0].text) if len(words) == 1 else None
        code = code or next((_countries()[key] for key in stems if key in _countries()), None)
        return RecordChoices(Country.collection, self._state).by_slug.get(code) if code else None

    def _values(self, words: Sequence[TypedWord]) -> FilterValues | None:
        """Returns the filter values with this name, {} for connecting words or the list title, or None if unknown."""
        if themes := self._theme_slugs(words):
            return {"theme": themes}
        labels, stems = _labels(), inflection.keys(word.stems for word in words)
        found = next((labels[key] for key in stems if key in labels), None)
        return _years(words) if found is None else found

    def _theme_slugs(self, words: Sequence[TypedWord]) -> set[str]:
        """Returns the themes with this name or keyword, or else the themes with a matching cue."""
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
    """Maps the first characters of each cue to the cue's words and its theme's slug."""
    cues = defaultdict(list)
    for row in vocabulary("theme_cues"):
        words = [inflection.fold(word) for word in row.word.replace("-", " ").split()]
        cues[words[0][_CUE_KEY]].append((words, row.meaning))
    return cues


@cache
def _labels() -> dict[str, FilterValues]:
    """Maps stems of labels and question words, in all languages, to filter values. Ignored words are mapped to {}."""
    labels = {word: {} for word in CONNECTORS | words_of("stop_words", "", "small")}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts = [(str(INITIATIVES.title), {})]
            for name, choices in (("status", Status), ("kind", Kind)):
                texts += [(str(label), {name: {value}}) for value, label in choices.choices]
        for text, values in texts:
            stems = map(inflection.stems_of_name, inflection.words(text))
            labels |= dict.fromkeys(inflection.keys(stems), values)
    for row in vocabulary("question_words"):
        meanings = set(row.meaning.split())
        values = {} if row.meaning == "ignored" else {_EVENTS if _EVENTS in meanings else "status": meanings}
        labels |= dict.fromkeys(
            inflection.keys(map(inflection.stems_of_name, inflection.words(row.word))), values
        )
    return labels


@cache
def _countries() -> dict[str, str]:
    """Maps the stems of country names with several words, and Chinese country names, to codes."""
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
    """Returns all known Chinese words (labels, country names, cues, and words next to a year)."""
    return {
        *_labels(),
        *_countries(),
        *_year_words(),
        *(row.word for row in vocabulary("theme_cues") if row.language == "zh"),
    }


def _years(words: Sequence[TypedWord]) -> FilterValues | None:
    """Returns the filters for years, as in "since 2023", "2023 год", "2023年以来" or "from 2020 to 2023"."""
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
