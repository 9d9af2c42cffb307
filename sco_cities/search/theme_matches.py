"""What a search is about: the themes that its words name, by their names and keywords in any language.

Few records hold the very word that somebody thinks of. What curators have filed under its theme are more.
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
# Words of at least so many letters are alike where one has an ending more than the other: drone, drones.
_STEM, _ENDING = 4, 2


@dataclass(frozen=True)
class ThemeMatch:
    """A theme with the number of its initiatives, and their list."""

    name: Localized
    count: int
    address: str


class ThemeMatcher:
    """Knows what themes are called."""

    def __init__(self, themes: Iterable[Theme]):
        self._spelled = {
            theme.pk: {
                tuple(tokenizer.split(name))
                for name in (theme.name_en, theme.name_ru, theme.name_zh, *theme.keyword_list)
                if name
            }
            for theme in themes
        }

    def named(self, phrase: str) -> list[int]:
        """The keys of the themes that a phrase names, in the order of its words."""
        spelled = tokenizer.split(phrase)
        places = {
            key: min(places)
            for key, names in self._spelled.items()
            if (places := [place for name in names for place in _places(name, spelled)])
        }
        return sorted(places, key=lambda key: (places[key], key))


def _places(name: tuple[str, ...], spelled: list[str]) -> Iterable[int]:
    """Where the words of a name stand one after the other."""
    for place in range(len(spelled) - len(name) + 1):
        if all(map(_are_alike, name, spelled[place:])):
            yield place


def _are_alike(known: str, word: str) -> bool:
    if tokenizer.is_han(known):
        return known in word
    short, long = sorted((known, word), key=len)
    may_differ = min(len(short) - _STEM + 1, _ENDING)
    return long == short or (long.startswith(short) and len(long) - len(short) <= may_differ)


def theme_matcher(state: IndexState) -> ThemeMatcher:
    """The themes that readers see."""
    records, published = state.index(Theme.collection).records, state.published(Theme.collection)
    return state.remember(
        ("topics",), (records, published), lambda: ThemeMatcher(records[key] for key in published)
    )


def theme_matches(phrases: list[str], found: int, state: IndexState) -> list[ThemeMatch]:
    """The themes that phrases name and that have more initiatives than the `found` ones that hold their words."""
    keys = dict.fromkeys(key for phrase in phrases for key in theme_matcher(state).named(phrase))
    about = []
    for key in keys:
        theme = state.index(Theme.collection).records[key]
        count = len(state.having(Initiative.collection, "theme", key))
        if count > found:
            address = f"{reverse('initiatives-list')}?{urlencode({'theme': theme.slug})}"
            about.append(ThemeMatch(theme.name, count, address))
    return about[:MAX_MATCHES]
