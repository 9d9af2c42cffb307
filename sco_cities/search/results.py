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
from sco_cities.db.pk_filter import having
from sco_cities.facet_index.refresh import reading

from . import synonyms, word_spelling
from .highlighting import Marker
from .ranking import ranked
from .result_item import Hit, hit
from .searchable_lists import COLLECTIONS, KINDS
from .theme_matches import Topic, topics

SHOWN = 8


@dataclass(frozen=True)
class Group:
    """The records of a kind that a search found: how many, the first of them, and where all are listed."""

    collection: str
    title: str | Promise
    count: int
    hits: list[Hit]
    link: str = ""


@dataclass(frozen=True)
class Results:
    """What a search found, and the phrases as they are rather spelled where a name in them seems misspelt.

    Where few initiatives hold the words, also the themes that these name.
    """

    groups: list[Group] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)

    @property
    def instead_query(self) -> str:
        return urlencode([("q", phrase) for phrase in self.instead])


def found(phrases: list[str], using: str) -> Results:
    """The groups that have something for any of the phrases: names first, then what mentions them."""
    names = synonyms.current(using)
    marker = Marker(names.search(phrases))
    query = urlencode([("q", phrase) for phrase in phrases])
    groups = []
    with reading(*COLLECTIONS) as state:
        matches = ranked(phrases, (*COLLECTIONS, Statement.collection), using, names)
        for kind in KINDS:
            ranks = [kind.published(rank, state, using) for rank in matches[kind.collection].ranks]
            if count := sum(map(len, ranks)):
                keys: list[int] = []
                for rank in ranks:
                    keys += kind.first(rank, SHOWN - len(keys), state, using)
                hits = [hit(record, marker) for record in kind.records(keys, using)]
                link = f"{reverse(f'{kind.collection}-list')}?{query}"
                groups.append(Group(kind.collection, kind.listing.title, count, hits, link))
        groups += _statements(matches[Statement.collection].keys, marker, using)
        instead = (
            names.spelling.mended_all(phrases) if groups else word_spelling.mended(phrases, using, state)
        )
        if state is None:
            return Results(groups, instead)
        few = next((group.count for group in groups if group.collection == Initiative.collection), 0)
        about = topics(phrases, few, state) if few <= SHOWN else []
        return Results(groups, instead, about)


def _statements(keys: BitMap, marker: Marker, using: str) -> list[Group]:
    """Statements have no list of their own: the newest come first."""
    if not keys:
        return []
    statements = Statement.objects.using(using).readable().filter(having(keys))
    newest = statements.for_link().order_by(F("event__starts_first").desc(nulls_last=True), "slug")
    count = statements.count()
    hits = [hit(statement, marker) for statement in newest[:SHOWN]]
    return [Group(Statement.collection, _("Statements"), count, hits)] if count else []
