"""Suggestions of the search box while the user types."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise

from initiatives.models import Initiative
from sco_cities.facet_index.refresh import facet_index

from . import synonyms
from .highlighting import Highlighter
from .ranking import rank
from .result_item import location, result_item
from .searchable_lists import SEARCHABLE_LISTS, SearchableList

MAX_SUGGESTIONS = 5
# So that seven organisations of a city do not hide its initiatives and people.
MAX_OF_A_KIND = 2
# Among equally good matches, kinds that are usually looked up by name come first. Statements have no names.
_ORDER = ("cities", "countries", "delegates", "organisations", "events", "themes", "initiatives", "reports")


@dataclass(frozen=True)
class Suggestion:
    """A link to a record: its name with the typed words highlighted, its kind and its place."""

    url: str
    name: str
    lang: str
    kind: str | Promise
    place: str


def suggestions(phrase: str, using: str) -> list[Suggestion]:
    """The best match and at most four others: exact names, names that start with `phrase`, then other matches.

    More than two of a kind only if there is nothing else.
    """
    names = synonyms.current(using)
    kinds = sorted(
        (kind for kind in SEARCHABLE_LISTS if kind.collection in _ORDER),
        key=lambda kind: _ORDER.index(kind.collection),
    )
    chosen: list[tuple[SearchableList, int]] = []
    others: list[tuple[SearchableList, int]] = []
    counts = Counter[str]()
    with facet_index(*_ORDER) as state:
        matches = rank([phrase], _ORDER, state, names)
        for level in range(3):
            for kind in kinds:
                if len(chosen) == MAX_SUGGESTIONS:
                    break
                keys = kind.published(matches[kind.collection].ranks[level], state)
                found = [(kind, key) for key in kind.first(keys, MAX_SUGGESTIONS, state)]
                number = min(MAX_OF_A_KIND - counts[kind.collection], MAX_SUGGESTIONS - len(chosen))
                counts[kind.collection] += len(found[:number])
                chosen += found[:number]
                others += found[number:]
        return _suggestions_of(
            [*chosen, *others][:MAX_SUGGESTIONS], Highlighter(names.search([phrase])), using
        )


def _suggestions_of(
    chosen: list[tuple[SearchableList, int]], highlighter: Highlighter, using: str
) -> list[Suggestion]:
    keys = defaultdict(list)
    for kind, key in chosen:
        keys[kind].append(key)
    records = {(kind, record.pk): record for kind in keys for record in kind.records(keys[kind], using)}
    prefetch_related_objects(
        [record for record in records.values() if isinstance(record, Initiative)], "city_roles__city"
    )
    items = []
    for kind, key in chosen:
        if record := records.get((kind, key)):
            item = result_item(record, highlighter)
            items.append(
                Suggestion(record.get_absolute_url(), item.name, item.lang, kind.noun, location(record))
            )
    return items
