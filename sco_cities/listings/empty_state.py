"""What an empty list offers instead: the same with other spelling, or with one of its filters taken off."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from sco_cities.i18n.numbers import GroupedInt

from . import headings, querystring, search_backend
from .list_query import PAGE, ListQuery

SEARCH = "q"
# Each costs a count.
MAX_ALTERNATIVES = 3


@dataclass(frozen=True)
class Alternative:
    """A list that has something: its query string, what it lists in words, and how many records it has."""

    query: str
    label: str
    count: int


def suggestions_for_empty(selection: ListQuery) -> list[Alternative]:
    """Lists that have something: with a name in the words put right, then up to three without one of the filters.

    Of these the smallest comes first.

    The filters that the page shows last are taken off first: those that come early, such as the country,
    rather say what the reader is after.
    """
    if selection.errors or selection.found.count():
        return []
    active = [name for name, _item, _values in selection.active]
    found = sorted(
        (_without(selection, name) for name in active[::-1][:MAX_ALTERNATIVES]), key=lambda item: item.count
    )
    return [item for item in [*_corrected(selection), *found] if item.count]


def _corrected(selection: ListQuery) -> list[Alternative]:
    phrases, listing = selection.values_of(SEARCH), selection.listing
    if not phrases:
        return []
    # Words that the list has are no misspellings: it is empty for another reason.
    alone = ListQuery(
        listing, selection.state, QueryDict(urlencode([(SEARCH, phrase) for phrase in phrases]))
    )
    if alone.found.count():
        return []
    mended = search_backend.corrected(phrases, listing.kind.model.objects.db, selection.state)
    if not mended:
        return []
    query = querystring.replacing(selection.params, *((SEARCH, phrase) for phrase in mended))
    other = ListQuery(selection.listing, selection.state, QueryDict(query.removeprefix("?")))
    return [Alternative(query, other.heading, other.found.count())]


def _without(selection: ListQuery, name: str) -> Alternative:
    count = selection.found.count_without(name)
    said = [
        phrase
        for other, item, values in selection.active
        if other != name
        for phrase in headings.phrases(other, item, values)
    ]
    label = headings.heading(selection.listing.counted % {"count": GroupedInt(count)}, said)
    return Alternative(querystring.without(selection.params, name, PAGE), label, count)
