"""The suggestions of an empty list: the search with corrected names, or the list without one of its filters."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from sco_cities.i18n.numbers import GroupedInt

from . import headings, querystring, search_backend
from .list_query import PAGE, ListQuery

SEARCH = "q"
# Each suggestion costs a count.
MAX_ALTERNATIVES = 3


@dataclass(frozen=True)
class Alternative:
    """A list that is not empty: its query string, its heading, and its number of records."""

    query: str
    label: str
    count: int


def suggestions_for_empty(selection: ListQuery) -> list[Alternative]:
    """Lists that are not empty: with corrected search words, then up to three without one filter, smallest first.

    Only the last filters of the page are removed: the first ones, such as the country, are what readers care about
    most.
    """
    if selection.errors or selection.result_set.count():
        return []
    names = [name for name, _item, _values in selection.active_filters]
    without_one = sorted(
        (_without(selection, name) for name in names[::-1][:MAX_ALTERNATIVES]), key=lambda item: item.count
    )
    return [item for item in [*_corrected(selection), *without_one] if item.count]


def _corrected(selection: ListQuery) -> list[Alternative]:
    phrases, listing = selection.values_of(SEARCH), selection.listing
    if not phrases:
        return []
    # If the words alone match records of the list, they are not misspelt: the list is empty for another reason.
    search_only = ListQuery(
        listing, selection.state, QueryDict(urlencode([(SEARCH, phrase) for phrase in phrases]))
    )
    if search_only.result_set.count():
        return []
    corrected = search_backend.correct(phrases, listing.indexed_model.model.objects.db, selection.state)
    if not corrected:
        return []
    query = querystring.replacing(selection.params, *((SEARCH, phrase) for phrase in corrected))
    other = ListQuery(selection.listing, selection.state, QueryDict(query.removeprefix("?")))
    return [Alternative(query, other.heading, other.result_set.count())]


def _without(selection: ListQuery, name: str) -> Alternative:
    count = len(selection.result_set.keys_without(name))
    phrases = [
        phrase
        for other, item, values in selection.active_filters
        if other != name
        for phrase in headings.phrases(other, item, values)
    ]
    label = headings.heading(selection.listing.count_label % {"count": GroupedInt(count)}, phrases)
    return Alternative(querystring.without(selection.params, name, PAGE), label, count)
