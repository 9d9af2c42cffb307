"""Finds themes whose names or keywords, in any language, match the search terms.

A theme often has more records than the exact word that a reader types.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from initiatives.models import Initiative
from initiatives.related_stats import LinkedCount
from sco_cities.core import tokenizer
from sco_cities.facet_index.state import IndexState
from sco_cities.names import inflection
from sco_cities.sources.related_records import list_url
from sco_cities.themes.models import Theme

from .segments import CONNECTORS

MAX_MATCHES = 3
# Minimum length of the shorter of two matching words, and maximum difference in length, as in "drone" and "drones".
_MIN_STEM, _MAX_ENDING = 4, 2
# Separators between the topics in a theme's name. A part is a topic only if it has several words (unlike "Air") or, in
# Chinese, at least four characters (such as "城市交通").
_AND, _HAN_AND = re.compile(r",\s+|\s+(?:and|и)\s+"), re.compile("[与、]")
_MIN_HAN_PART = 4


@dataclass(frozen=True)
class _Word:
    """A normalised word with its stems, which are the same for all its forms."""

    token: str
    stems: frozenset[str]

    def is_like(self, typed: "_Word") -> bool:
        """Returns True if `typed` is this word, a form of this word, or a Chinese text that contains this word."""
        if tokenizer.is_han(self.token):
            return self.token in typed.token
        short, long = sorted((self.token, typed.token), key=len)
        may_differ = min(len(short) - _MIN_STEM + 1, _MAX_ENDING)
        is_longer_form = long.startswith(short) and len(long) - len(short) <= may_differ
        return long == short or is_longer_form or not self.stems.isdisjoint(typed.stems)


def _words(text: str) -> list[_Word]:
    return [
        _Word(token, frozenset(inflection.stems(inflection.fold(text[start:end]))))
        for start, end, tokens in tokenizer.spans(text)
        for token in tokens
    ]


class ThemeMatcher:
    """Finds the names, name parts and keywords of themes in a phrase."""

    def __init__(self, themes: Iterable[Theme]):
        self._names: dict[int, list[list[_Word]]] = {}
        # Maps each form of a name's first word to the (theme, name, is a keyword) tuples of these names.
        self._by_first_word = defaultdict[str, list[tuple[int, list[_Word], bool]]](list)
        for theme in themes:
            texts = [name for name in (theme.name_en, theme.name_ru, theme.name_zh) if name]
            texts += [part for name in texts for part in _parts(name)]
            self._names[theme.pk] = names = [_words(text) for text in (*texts, *theme.keyword_list)]
            for number, name in enumerate(names):
                for form in _first_forms(name):
                    self._by_first_word[form].append((theme.pk, name, number >= len(texts)))

    def themes_in(self, phrase: str) -> list[int]:
        """Returns the keys of the themes that a phrase names, in the order of the words."""
        words = _words(phrase)
        first = {
            key: min(positions)
            for key, names in self._names.items()
            if (positions := [position for name in names for position in _positions(name, words)])
        }
        return sorted(first, key=lambda key: (first[key], key))

    @cached_property
    def han_names(self) -> set[str]:
        """The theme names and keywords that are a single Chinese word."""
        tokens = (name[0].token for names in self._names.values() for name in names if len(name) == 1)
        return set(filter(tokenizer.is_han, tokens))

    def themes_named(self, phrase: str, *, with_keywords: bool = False) -> list[int]:
        """Returns the keys of themes whose name, name part or (`with_keywords`) keyword is a form of `phrase`."""
        words = _words(phrase)
        found = {
            key
            for form in _first_forms(words)
            for key, name, is_keyword in self._by_first_word.get(form, ())
            if with_keywords >= is_keyword and len(name) == len(words) and _is_name(name, words)
        }
        return [key for key in self._names if key in found]

    def themes_of_words(self, phrase: str) -> list[int]:
        """Returns the keys of themes found by several words in any order, or [] if any word is not part of a theme.

        A theme is found if it is the only theme with one of the words. For example, "smart transport" finds smart
        cities and urban transport.
        """
        words = [word for each in _words(phrase) for word in _pairs(each)]
        words = [word for word in words if word.token not in CONNECTORS]
        themes_by_word = [self._themes_with(word) for word in words]
        if len(words) < 2 or not all(themes_by_word):
            return []
        return list(dict.fromkeys(keys[0] for keys in themes_by_word if len(keys) == 1))

    def _themes_with(self, typed: _Word) -> list[int]:
        return [
            key
            for key, names in self._names.items()
            if any(_contains(word, typed) for name in names for word in name)
        ]


def _parts(name: str) -> list[str]:
    """Returns the topics in a theme's name, such as both parts of "Urban transport and traffic management"."""
    if len(parts := _HAN_AND.split(name)) > 1:
        return [part for part in parts if len(part) >= _MIN_HAN_PART]
    parts = _AND.split(name)
    return [part for part in parts if len(parts) > 1 and " " in part]


def _pairs(word: _Word) -> list[_Word]:
    """Splits Chinese text into consecutive pairs of characters, because most Chinese words have two characters."""
    if not tokenizer.is_han(word.token) or len(word.token) % 2:
        return [word]
    pairs = (word.token[start : start + 2] for start in range(0, len(word.token), 2))
    return [_Word(pair, frozenset([pair])) for pair in pairs]


def _contains(known: _Word, typed: _Word) -> bool:
    return typed.token in known.token if tokenizer.is_han(typed.token) else known.is_like(typed)


def _first_forms(words: list[_Word]) -> set[str]:
    return {words[0].token, *words[0].stems} if words else set()


def _is_name(name: list[_Word], words: list[_Word]) -> bool:
    return all(
        known.token == typed.token or not known.stems.isdisjoint(typed.stems)
        for known, typed in zip(name, words, strict=True)
    )


def _positions(name: list[_Word], words: list[_Word]) -> Iterable[int]:
    """Yields the positions in `words` where the words of a name occur in sequence."""
    for position in range(len(words) - len(name) + 1):
        if all(map(_Word.is_like, name, words[position:])):
            yield position


def theme_matcher(state: IndexState) -> ThemeMatcher:
    """Returns the matcher for the published themes, cached in `state`."""
    records, published = state.index(Theme.collection).records, state.published(Theme.collection)
    return state.memoize(
        ("theme matcher",), (records, published), lambda: ThemeMatcher(records[key] for key in published)
    )


def theme_matches(phrases: list[str], match_count: int, state: IndexState) -> list[tuple[Theme, LinkedCount]]:
    """Returns the themes that the phrases name and that have more than `match_count` initiatives."""
    matcher = theme_matcher(state)
    keys = dict.fromkeys(key for phrase in phrases for key in matcher.themes_in(phrase))
    keys = keys or dict.fromkeys(key for phrase in phrases for key in matcher.themes_of_words(phrase))
    matches = []
    for key in keys:
        theme = state.index(Theme.collection).records[key]
        count = len(state.filter_keys(Initiative.collection, "theme", key))
        if count > match_count:
            matches.append((theme, LinkedCount(count, list_url(Initiative, theme=theme.slug))))
    return matches[:MAX_MATCHES]
