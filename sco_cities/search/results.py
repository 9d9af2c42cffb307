"""Results of a search over every kind of record, grouped by kind."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from delegates.models import Delegate
from initiatives.models import Initiative
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState

from . import synonyms, word_spelling
from .fulltext_query import matching_keys
from .highlighting import Highlighter
from .ranking import rank
from .result_item import ResultItem, result_item
from .searchable_lists import COLLECTIONS, SEARCHABLE_LISTS
from .synonyms import NameDictionary
from .theme_matches import ThemeMatch, theme_matches

MAX_SHOWN = 8


@dataclass(frozen=True)
class ResultGroup:
    """The results of one kind: the number of matches, the first of them, and the URL of the full list."""

    collection: str
    title: str | Promise
    count: int
    hits: list[ResultItem]
    link: str


@dataclass(frozen=True)
class Results:
    """The results of a search.

    `corrected_phrases` are the phrases with misspelt names corrected, empty if nothing seems misspelt. `themes`
    are the themes that the words name, only if few initiatives match.
    """

    groups: list[ResultGroup] = field(default_factory=list)
    corrected_phrases: list[str] = field(default_factory=list)
    themes: list[ThemeMatch] = field(default_factory=list)

    @property
    def corrected_query(self) -> str:
        return urlencode([("q", phrase) for phrase in self.corrected_phrases])


def search_results(phrases: list[str], using: str) -> Results:
    """The non-empty groups for any of the phrases: records with a matching name first, then the other matches."""
    names = synonyms.current(using)
    highlighter = Highlighter(names.search(phrases))
    query = urlencode([("q", phrase) for phrase in phrases])
    groups = []
    with facet_index(*COLLECTIONS) as state:
        matches = rank(phrases, COLLECTIONS, using, names)
        for kind in SEARCHABLE_LISTS:
            ranks = [kind.published(keys, state) for keys in matches[kind.collection].ranks]
            if count := sum(map(len, ranks)):
                keys: list[int] = []
                for ranked in ranks:
                    keys += kind.first(ranked, MAX_SHOWN - len(keys), state)
                hits = [result_item(record, highlighter) for record in kind.records(keys, using)]
                link = f"{reverse(f'{kind.collection}-list')}?{query}"
                groups.append(ResultGroup(kind.collection, kind.listing.title, count, hits, link))
        if any(segment.role for phrase in phrases for segment in names.segments(phrase)):
            groups.sort(key=lambda group: group.collection != Delegate.collection)
        corrected = (
            names.spelling.correct_all(phrases)
            if groups
            else word_spelling.corrected_phrases(phrases, using, state)
        )
        if corrected and not _finds_any(corrected, names, state, using):
            corrected = []
        count = next((group.count for group in groups if group.collection == Initiative.collection), 0)
        themes = theme_matches(phrases, count, state) if count <= MAX_SHOWN else []
        return Results(groups, corrected, themes)


def _finds_any(phrases: list[str], names: NameDictionary, state: IndexState, using: str) -> bool:
    """Whether a search for the phrases has results."""
    matches = matching_keys(dict.fromkeys(COLLECTIONS, names.search(phrases)), using)
    return any(kind.published(matches[kind.collection], state) for kind in SEARCHABLE_LISTS)
