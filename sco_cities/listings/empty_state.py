"""Suggests alternatives to an empty list, such as corrected search words or fewer filters."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from sco_cities.i18n.numbers import GroupedInt

from . import querystring, registered_functions
from .list_query import PAGE, ListQuery, heading, phrases

SEARCH = "q"
# Maximum number of filters to try removing, because each attempt needs a count.
MAX_ALTERNATIVES = 3


@dataclass(frozen=True)
class Alternative:
    """A non-empty list, with its query string, heading and number of records."""

    query: str
    label: str
    count: int


def suggestions_for_empty(list_query: ListQuery) -> list[Alternative]:
    """Suggests lists with results.

    Lists with corrected search words come first. Up to three lists with one filter removed follow, shortest first. Only
    the last filters on the page are removed, because the first filters, such as the country, matter most to readers.
    """
    if list_query.errors or list_query.result_set.count():
        return []
    names = [name for name, _item, _values in list_query.active_filters]
    without_one = sorted(
        (_without(list_query, name) for name in names[::-1][:MAX_ALTERNATIVES]), key=lambda item: item.count
    )
    return [item for item in [*_corrected(list_query), *without_one] if item.count]


def _corrected(list_query: ListQuery) -> list[Alternative]:
    phrases, listing = list_query.values_of(SEARCH), list_query.listing
    if not phrases:
        return []
    # If the search words alone match records, they are not misspelt, and the list is empty for another reason.
    search_only = ListQuery(
        listing, list_query.state, QueryDict(urlencode([(SEARCH, phrase) for phrase in phrases]))
    )
    if search_only.result_set.count():
        return []
    corrected = registered_functions.correct(
        phrases, listing.indexed_model.model.objects.db, list_query.state
    )
    if not corrected:
        return []
    query = querystring.replacing(list_query.params, *((SEARCH, phrase) for phrase in corrected))
    other = ListQuery(list_query.listing, list_query.state, QueryDict(query.removeprefix("?")))
    return [Alternative(query, other.heading, other.result_set.count())]


def _without(list_query: ListQuery, name: str) -> Alternative:
    count = len(list_query.result_set.keys_without(name))
    texts = [
        text
        for other, item, values in list_query.active_filters
        if other != name
        for text in phrases(other, item, values)
    ]
    label = heading(list_query.listing.count_label % {"count": GroupedInt(count)}, texts)
    return Alternative(querystring.without(list_query.params, name, PAGE), label, count)
