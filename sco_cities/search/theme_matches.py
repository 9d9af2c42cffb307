"""Themes that the words of a search name, by their names and keywords in any language.

Few records contain the exact word that a reader types. More records have the theme.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.core import tokenizer
from sco_cities.core.localized_names import Localized
from sco_cities.facet_index.state import IndexState
from sco_cities.themes.models import Theme

MAX_MATCHES = 3
# Words match if one is the other plus an ending of at most so many letters, from this stem length on: drone, drones.
_MIN_STEM, _MAX_ENDING = 4, 2


@dataclass(frozen=True)
class ThemeMatch:
    """A theme, the number of its initiatives, and the URL of their list."""

    name: Localized
    count: int
    address: str


class ThemeMatcher:
    """Finds theme names and keywords in a phrase."""

    def __init__(self, themes: Iterable[Theme]):
        self._name_words = {
            theme.pk: {
                tuple(tokenizer.split(name))
                for name in (theme.name_en, theme.name_ru, theme.name_zh, *theme.keyword_list)
                if name
            }
            for theme in themes
        }

    def themes_in(self, phrase: str) -> list[int]:
        """The keys of the themes that a phrase names, in the order of its words."""
        words = tokenizer.split(phrase)
        first = {
            key: min(positions)
            for key, names in self._name_words.items()
            if (positions := [position for name in names for position in _positions(name, words)])
        }
        return sorted(first, key=lambda key: (first[key], key))


def _positions(name: tuple[str, ...], words: list[str]) -> Iterable[int]:
    """The positions in `words` where all words of a name follow each other."""
    for position in range(len(words) - len(name) + 1):
        if all(map(_are_alike, name, words[position:])):
            yield position


def _are_alike(known: str, word: str) -> bool:
    if tokenizer.is_han(known):
        return known in word
    short, long = sorted((known, word), key=len)
    may_differ = min(len(short) - _MIN_STEM + 1, _MAX_ENDING)
    return long == short or (long.startswith(short) and len(long) - len(short) <= may_differ)


def theme_matcher(state: IndexState) -> ThemeMatcher:
    """The matcher for the published themes."""
    records, published = state.index(Theme.collection).records, state.published(Theme.collection)
    return state.memoize(
        ("theme matcher",), (records, published), lambda: ThemeMatcher(records[key] for key in published)
    )


def theme_matches(phrases: list[str], match_count: int, state: IndexState) -> list[ThemeMatch]:
    """The themes that the phrases name, if they have more initiatives than the `match_count` that match the words."""
    keys = dict.fromkeys(key for phrase in phrases for key in theme_matcher(state).themes_in(phrase))
    matches = []
    for key in keys:
        theme = state.index(Theme.collection).records[key]
        count = len(state.filter_keys(Initiative.collection, "theme", key))
        if count > match_count:
            address = f"{reverse('initiatives-list')}?{urlencode({'theme': theme.slug})}"
            matches.append(ThemeMatch(theme.name, count, address))
    return matches[:MAX_MATCHES]
