"""One search over every kind of record, grouped by kind."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from delegates.models import Statement
from initiatives.models import Initiative
from sco_cities.db.pk_filter import pk_in
from sco_cities.facet_index.refresh import facet_index

from . import synonyms, word_spelling
from .highlighting import Highlighter
from .ranking import rank
from .result_item import ResultItem, result_item
from .searchable_lists import COLLECTIONS, SEARCHABLE_LISTS
from .theme_matches import ThemeMatch, theme_matches

MAX_SHOWN = 8


@dataclass(frozen=True)
class ResultGroup:
    """The records of a kind that a search found: how many, the first of them, and where all are listed."""

    collection: str
    title: str | Promise
    count: int
    hits: list[ResultItem]
    link: str = ""


@dataclass(frozen=True)
class Results:
    """What a search found, and the phrases as they are rather spelled where a name in them seems misspelt.

    Where few initiatives hold the words, also the themes that these name.
    """

    groups: list[ResultGroup] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)
    topics: list[ThemeMatch] = field(default_factory=list)

    @property
    def instead_query(self) -> str:
        return urlencode([("q", phrase) for phrase in self.instead])


def search_results(phrases: list[str], using: str) -> Results:
    """The groups that have something for any of the phrases: names first, then what mentions them."""
    names = synonyms.current(using)
    marker = Highlighter(names.search(phrases))
    query = urlencode([("q", phrase) for phrase in phrases])
    groups = []
    with facet_index(*COLLECTIONS) as state:
        matches = rank(phrases, (*COLLECTIONS, Statement.collection), using, names)
        for kind in SEARCHABLE_LISTS:
            ranks = [kind.published(keys, state, using) for keys in matches[kind.collection].ranks]
            if count := sum(map(len, ranks)):
                keys: list[int] = []
                for ranked in ranks:
                    keys += kind.first(ranked, MAX_SHOWN - len(keys), state, using)
                hits = [result_item(record, marker) for record in kind.records(keys, using)]
                link = f"{reverse(f'{kind.collection}-list')}?{query}"
                groups.append(ResultGroup(kind.collection, kind.listing.title, count, hits, link))
        groups += _statements(matches[Statement.collection].keys, marker, using)
        instead = (
            names.spelling.mended_all(phrases) if groups else word_spelling.corrected(phrases, using, state)
        )
        if state is None:
            return Results(groups, instead)
        few = next((group.count for group in groups if group.collection == Initiative.collection), 0)
        about = theme_matches(phrases, few, state) if few <= MAX_SHOWN else []
        return Results(groups, instead, about)


def _statements(keys: BitMap, marker: Highlighter, using: str) -> list[ResultGroup]:
    """Statements have no list of their own: the newest come first."""
    if not keys:
        return []
    statements = Statement.objects.using(using).readable().filter(pk_in(keys))
    newest = statements.for_link().order_by(F("event__starts_first").desc(nulls_last=True), "slug")
    count = statements.count()
    hits = [result_item(statement, marker) for statement in newest[:MAX_SHOWN]]
    return [ResultGroup(Statement.collection, _("Statements"), count, hits)] if count else []
