"""Search results grouped by kind of record, and corrected spellings for searches without results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.functional import Promise

from delegates.models import Delegate, Event, Organisation
from initiatives.models import Initiative
from initiatives.related_stats import LinkedCount
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.themes.models import Theme

from . import synonyms
from .best_matches import (
    CARD_COLLECTIONS,
    JointInitiatives,
    RecordCard,
    joint_initiatives,
    places_in,
    record_card,
)
from .described_list import DescribedList, described_list
from .fulltext_query import matching_keys
from .highlighting import Highlighter
from .ranking import RankedKeys, ShownRecords, rank
from .result_item import ResultItem, result_item
from .searchable_lists import COLLECTIONS, LISTS_BY_COLLECTION, SEARCHABLE_LISTS, SearchableList
from .spelling import Spelling
from .synonyms import NameDictionary
from .theme_matches import theme_matcher, theme_matches

MAX_SHOWN = 8
MAX_CARDS = 3
MAX_JOINT_INITIATIVES = 5


@dataclass(frozen=True)
class BestMatches:
    """The cards of records with the searched name, or the joint initiatives of the searched places.

    `hits` are the first joint initiatives in list order.
    """

    cards: list[RecordCard] = field(default_factory=list)
    joint: JointInitiatives | None = None
    hits: list[ResultItem] = field(default_factory=list)

    @property
    def theme_keys(self) -> set[int]:
        """The keys of the themes shown as cards."""
        return {card.hit.record.pk for card in self.cards if card.collection == Theme.collection}

    def __bool__(self):
        return bool(self.cards or self.joint)


def best_matches(
    phrase: str,
    state: IndexState,
    names: NameDictionary,
    matches: Mapping[str, RankedKeys],
    read_hits: Callable[[str, list[int]], list[ResultItem]],
) -> BestMatches:
    """Returns the best matches of one phrase. `read_hits` returns the result lines for keys of a collection."""
    places = places_in(names.segments(phrase), state)
    if len(places) > 1:
        joint = joint_initiatives(places, state)
        first = LISTS_BY_COLLECTION[Initiative.collection].first(joint.keys, MAX_JOINT_INITIATIVES, state)
        return BestMatches(joint=joint, hits=read_hits(Initiative.collection, first))
    keys = [(place.collection, place.pk) for place in places] or _named_keys(phrase, state, names, matches)
    return BestMatches(
        [
            record_card(LISTS_BY_COLLECTION[collection], hit, state)
            for collection, key in keys[:MAX_CARDS]
            for hit in read_hits(collection, [key])
        ]
    )


def _named_keys(
    phrase: str, state: IndexState, names: NameDictionary, matches: Mapping[str, RankedKeys]
) -> list[tuple[str, int]]:
    """Returns the published records with this name, or else the only delegate with this family name."""
    named: dict[tuple[str, int], None] = {}
    for collection in CARD_COLLECTIONS:
        keys = list(matches[collection].exact)
        if collection == Theme.collection:
            keys += theme_matcher(state).themes_named(phrase)
        named.update(((collection, key), None) for key in keys if key in state.published(collection))
    person = None if named else names.person_with_family_name(phrase)
    if person and person in state.published(Delegate.collection):
        named[Delegate.collection, person] = None
    return list(named)


@dataclass(frozen=True)
class ResultGroup:
    """The results of one kind, with the number of matches, the first matches, and the full list's query string."""

    collection: str
    title: str | Promise
    count: int
    hits: list[ResultItem]
    query: str


@dataclass(frozen=True)
class Results:
    """The results of a search.

    `best` are the best matches, which are shown before the groups. `corrected_phrases` are the phrases with corrected
    names, or [] if no name seems misspelt. `themes` are the themes named by the words, if few initiatives match.
    `described` is the list that a phrase describes, unless it is shown as a best match.
    """

    best: BestMatches = field(default_factory=BestMatches)
    groups: list[ResultGroup] = field(default_factory=list)
    corrected_phrases: list[str] = field(default_factory=list)
    themes: list[tuple[Theme, LinkedCount]] = field(default_factory=list)
    described: DescribedList | None = None

    @property
    def corrected_query(self) -> str:
        return urlencode([("q", phrase) for phrase in self.corrected_phrases])


def search_results(phrases: list[str], using: str) -> Results:
    """Searches for the best matches of a single phrase, and for all records that match any of the phrases.

    Empty groups are omitted. In a group, records with a matching name come first. If a phrase names a role, the group
    of delegates is first.
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
            for record in kind.records(missing, state) if missing else ():
                shown[collection, record.pk] = item(collection, record)
            return [shown[collection, key] for key in keys if (collection, key) in shown]

        if any(segment.role for phrase in phrases for segment in names.segments(phrase)):
            groups.sort(key=lambda group: group.collection != Delegate.collection)
        best, described = BestMatches(), None
        if len(phrases) == 1:
            best = best_matches(phrases[0], state, names, matches, hits)
            described = None if best.joint else described_list(phrases[0], state, names, matches)
        corrected = [] if best else _corrected_phrases(phrases, bool(groups), names, state)
        count = next((group.count for group in groups if group.collection == Initiative.collection), 0)
        themes = theme_matches(phrases, count, state) if count <= MAX_SHOWN else []
        themes = [(theme, count) for theme, count in themes if theme.pk not in best.theme_keys]
        return Results(best, groups, corrected, themes, described)


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
    hits = [item(kind.collection, record) for record in kind.records(keys, state)]
    query = urlencode([("q", phrase) for phrase in phrases])
    return ResultGroup(kind.collection, kind.listing.title, count, hits, query)


def _corrected_phrases(
    phrases: list[str], has_results: bool, names: NameDictionary, state: IndexState
) -> list[str]:
    """Corrects misspelt names in the phrases. Returns [] if the corrected phrases have no results."""
    corrected = (
        names.spelling.correct_all(phrases) if has_results else corrected_phrases(phrases, state.using, state)
    )
    # A search for a record's name always has results.
    is_useful = any(map(names.entries_named, corrected)) or (
        corrected and _finds_any(corrected, names, state)
    )
    return corrected if is_useful else []


def _finds_any(phrases: list[str], names: NameDictionary, state: IndexState) -> bool:
    """Returns True if a search for the phrases has results."""
    matches = matching_keys(dict.fromkeys(COLLECTIONS, names.search(phrases)), state.using, state)
    return any(kind.published(matches[kind.collection], state) for kind in SEARCHABLE_LISTS)


_NAMED_MODELS = (Theme, Organisation, Event)


def spelling(state: IndexState) -> Spelling:
    """Returns the spelling corrector for the names of published records, cached in `state`."""
    sources = [
        (state.index(model.collection).records, state.published(model.collection)) for model in _NAMED_MODELS
    ]
    inputs = tuple(part for pair in sources for part in pair)
    return state.memoize(
        ("word spelling",),
        inputs,
        lambda: Spelling(
            name
            for records, published in sources
            for key in published
            for name in _names(records[key])
            if name
        ),
    )


def _names(record: Theme | Organisation | Event) -> list[str]:
    others = record.keyword_list if isinstance(record, Theme) else record.alias_list
    return [record.name_en, record.name_ru, record.name_zh, *others]


def corrected_phrases(phrases: list[str], using: str, state: IndexState) -> list[str]:
    """Corrects misspelt names in phrases without results. Returns [] if no name seems misspelt.

    Phrases with results must not be passed. For example, "dialog" would become "Dialogue". If `state` does not contain
    the records of `_NAMED_MODELS`, only names of places and people are corrected.
    """
    better = synonyms.current(using).spelling.correct_all(phrases)
    if better or not all(model.collection in state.indexes for model in _NAMED_MODELS):
        return better
    return spelling(state).correct_all(phrases)
