"""What an empty list offers instead: the same list with one of its filters taken off."""

from dataclasses import dataclass

from . import querystring, words
from .counting import Grouped
from .selection import PAGE, Selection

# Each costs a count.
MOST = 3


@dataclass(frozen=True)
class Alternative:
    """A list that has something: its query string, what it lists in words, and how many records it has."""

    query: str
    label: str
    count: int


def nearest(selection: Selection) -> list[Alternative]:
    """Up to three lists that lack one of the filters of `selection` and have something; the smallest first.

    The filters that the page shows last are taken off first: those that come early, such as the country,
    rather say what the reader is after.
    """
    if selection.errors or selection.found.count():
        return []
    active = [name for name, _item, _values in selection.active]
    found = [_without(selection, name) for name in active[::-1][:MOST]]
    return sorted((item for item in found if item.count), key=lambda item: item.count)


def _without(selection: Selection, name: str) -> Alternative:
    count = selection.found.count_without(name)
    said = [
        phrase
        for other, item, values in selection.active
        if other != name
        for phrase in words.phrases(other, item, values)
    ]
    label = words.heading(selection.listing.counted % {"count": Grouped(count)}, said)
    return Alternative(querystring.without(selection.params, name, PAGE), label, count)
