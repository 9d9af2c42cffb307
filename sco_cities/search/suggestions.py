"""The suggestions below the search box."""

from collections import Counter
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language

from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import html_language

from . import synonyms
from .described_list import described_list
from .highlighting import Highlighter
from .ranking import rank
from .result_item import location, records_with_places, result_item
from .searchable_lists import SEARCHABLE_LISTS, SearchableList

MAX_SUGGESTIONS = 5
# Maximum number of suggestions per kind, so that seven organisations of a city do not hide its initiatives and
# people.
MAX_OF_A_KIND = 2
# Among equally good matches, the kinds that readers usually look up by name come first. Statements are left out because
# they have no names.
_ORDER = ("cities", "countries", "delegates", "organisations", "events", "themes", "initiatives", "reports")


@dataclass(frozen=True)
class Suggestion:
    """A link to a list, or to a record with its highlighted name, its kind and its place."""

    url: str
    name: str
    lang: str
    kind: str | Promise
    place: str


def suggestions(phrase: str, using: str) -> list[Suggestion]:
    """Suggests the list that `phrase` describes and up to five matching records.

    Exact names come first, then names that start with `phrase`. More than two records of a kind are suggested only if
    there are no other matches.
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
        described = described_list(phrase, state, names, matches)
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
        highlighter = Highlighter(names.search([phrase]))
        records = _suggestions_of([*chosen, *others][:MAX_SUGGESTIONS], highlighter, state)
    if described:
        language = html_language(get_language())
        records.insert(0, Suggestion(described.url, described.heading, language, "", ""))
    return records


def _suggestions_of(
    chosen: list[tuple[SearchableList, int]], highlighter: Highlighter, state: IndexState
) -> list[Suggestion]:
    records = records_with_places([(kind.collection, key) for kind, key in chosen], state)
    items = []
    for kind, key in chosen:
        if record := records.get((kind.collection, key)):
            item = result_item(record, highlighter)
            items.append(
                Suggestion(record.get_absolute_url(), item.name, item.lang, kind.noun, location(record))
            )
    return items
