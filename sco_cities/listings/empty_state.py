"""What an empty list offers instead: the same with other spelling, or with one of its filters taken off."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from sco_cities.i18n.numbers import Grouped

from . import headings, querystring, search_backend
from .list_query import PAGE, Selection

WORDS = "q"
# Each costs a count.
MOST = 3


@dataclass(frozen=True)
class Alternative:
    """A list that has something: its query string, what it lists in words, and how many records it has."""

    query: str
    label: str
    count: int


def nearest(selection: Selection) -> list[Alternative]:
    """Lists that have something: with a name in the words put right, then up to three without one of the filters.

    Of these the smallest comes first.

    The filters that the page shows last are taken off first: those that come early, such as the country,
    rather say what the reader is after.
    """
    if selection.errors or selection.found.count():
        return []
    active = [name for name, _item, _values in selection.active]
    found = sorted((_without(selection, name) for name in active[::-1][:MOST]), key=lambda item: item.count)
    return [item for item in [*_respelt(selection), *found] if item.count]


def _respelt(selection: Selection) -> list[Alternative]:
    phrases, listing = selection.values_of(WORDS), selection.listing
    if not phrases:
        return []
    # Words that the list has are no misspellings: it is empty for another reason.
    alone = Selection(listing, selection.state, QueryDict(urlencode([(WORDS, phrase) for phrase in phrases])))
    if alone.found.count():
        return []
    mended = search_backend.mended(phrases, listing.kind.model.objects.db, selection.state)
    if not mended:
        return []
    query = querystring.replacing(selection.params, *((WORDS, phrase) for phrase in mended))
    other = Selection(selection.listing, selection.state, QueryDict(query.removeprefix("?")))
    return [Alternative(query, other.heading, other.found.count())]


def _without(selection: Selection, name: str) -> Alternative:
    count = selection.found.count_without(name)
    said = [
        phrase
        for other, item, values in selection.active
        if other != name
        for phrase in headings.phrases(other, item, values)
    ]
    label = headings.heading(selection.listing.counted % {"count": Grouped(count)}, said)
    return Alternative(querystring.without(selection.params, name, PAGE), label, count)
