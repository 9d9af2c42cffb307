"""Results of a search over every kind of record, grouped by kind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from delegates.models import Delegate
from initiatives.models import Initiative
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record

from . import synonyms, word_spelling
from .best_matches import BestMatches, best_matches
from .fulltext_query import matching_keys
from .highlighting import Highlighter
from .ranking import RankedKeys, rank
from .result_item import ResultItem, result_item
from .searchable_lists import COLLECTIONS, LISTS_BY_COLLECTION, SEARCHABLE_LISTS, SearchableList
from .shown_records import ShownRecords
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

    `best` are the best matches, which are shown before the groups.
    `corrected_phrases` are the phrases with misspelt names corrected, empty if nothing seems misspelt. `themes`
    are the themes that the words name, only if few initiatives match.
    """

    best: BestMatches = field(default_factory=BestMatches)
    groups: list[ResultGroup] = field(default_factory=list)
    corrected_phrases: list[str] = field(default_factory=list)
    themes: list[ThemeMatch] = field(default_factory=list)

    @property
    def corrected_query(self) -> str:
        return urlencode([("q", phrase) for phrase in self.corrected_phrases])


def search_results(phrases: list[str], using: str) -> Results:
    """The best matches of a single phrase, and the non-empty groups for any of the phrases.

    In a group, records with a matching name come before the other matches. People come first if a phrase names a role.
    """
    names = synonyms.current(using)
    search = names.search(phrases)
    highlighter = Highlighter(search)
    with facet_index(*COLLECTIONS) as state:
        shown_names = ShownRecords(phrases, search, COLLECTIONS, state)
        matches = rank(phrases, COLLECTIONS, state, names, shown_names)

        def item(collection: str, record: Record) -> ResultItem:
            return result_item(record, highlighter, shown_names.names(collection, record.pk))

        groups = [
            group
            for kind in SEARCHABLE_LISTS
            if (group := _group(kind, matches[kind.collection], phrases, item, state))
        ]
        shown = {(group.collection, hit.record.pk): hit for group in groups for hit in group.hits}

        def hits(collection: str, keys: list[int]) -> list[ResultItem]:
            kind = LISTS_BY_COLLECTION[collection]
            missing = [key for key in keys if (collection, key) not in shown]
            for record in kind.records(missing, using) if missing else ():
                shown[collection, record.pk] = item(collection, record)
            return [shown[collection, key] for key in keys if (collection, key) in shown]

        if any(segment.role for phrase in phrases for segment in names.segments(phrase)):
            groups.sort(key=lambda group: group.collection != Delegate.collection)
        best = BestMatches()
        if len(phrases) == 1:
            best = best_matches(phrases[0], state, names, matches, hits)
        corrected = [] if best else _corrected_phrases(phrases, bool(groups), names, state)
        count = next((group.count for group in groups if group.collection == Initiative.collection), 0)
        themes = theme_matches(phrases, count, state) if count <= MAX_SHOWN else []
        themes = [theme for theme in themes if theme.key not in best.theme_keys]
        return Results(best, groups, corrected, themes)


def _group(
    kind: SearchableList,
    matches: RankedKeys,
    phrases: list[str],
    item: Callable[[str, Record], ResultItem],
    state: IndexState,
) -> ResultGroup | None:
    ranks = [kind.published(keys, state) for keys in matches.ranks]
    count = sum(map(len, ranks))
    if not count:
        return None
    keys: list[int] = []
    for ranked in ranks:
        keys += kind.first(ranked, MAX_SHOWN - len(keys), state)
    hits = [item(kind.collection, record) for record in kind.records(keys, state.using)]
    query = urlencode([("q", phrase) for phrase in phrases])
    link = f"{reverse(f'{kind.collection}-list')}?{query}"
    return ResultGroup(kind.collection, kind.listing.title, count, hits, link)


def _corrected_phrases(
    phrases: list[str], has_results: bool, names: NameDictionary, state: IndexState
) -> list[str]:
    """The phrases with misspelt names corrected, if that finds something."""
    corrected = (
        names.spelling.correct_all(phrases)
        if has_results
        else word_spelling.corrected_phrases(phrases, state.using, state)
    )
    # A name finds at least the record that has it.
    is_useful = any(map(names.entries_named, corrected)) or (
        corrected and _finds_any(corrected, names, state)
    )
    return corrected if is_useful else []


def _finds_any(phrases: list[str], names: NameDictionary, state: IndexState) -> bool:
    """Whether a search for the phrases has results."""
    matches = matching_keys(dict.fromkeys(COLLECTIONS, names.search(phrases)), state.using)
    return any(kind.published(matches[kind.collection], state) for kind in SEARCHABLE_LISTS)
