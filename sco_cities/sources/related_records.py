"""Related records on a record page, their total number, and a link to the full list if some are omitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import npgettext_lazy

from sco_cities.facet_index import registry
from sco_cities.facet_index.state import IndexState

from .base_models import Record

# Nouns for counted records, by collection.
_NOUNS = {
    "initiatives": npgettext_lazy("after a number", "initiative", "initiatives", "n"),
    "cities": npgettext_lazy("after a number", "city", "cities", "n"),
    "delegates": npgettext_lazy("after a number", "delegate", "delegates", "n"),
    "organisations": npgettext_lazy("after a number", "organisation", "organisations", "n"),
    "events": npgettext_lazy("after a number", "event", "events", "n"),
    "themes": npgettext_lazy("after a number", "theme", "themes", "n"),
    "reports": npgettext_lazy("after a number", "report", "reports", "n"),
    "statements": npgettext_lazy("after a number", "statement", "statements", "n"),
}

# The limit keeps pages readable and small. Up to TOLERANCE more records are shown, to avoid "the first 8 of 10".
MAX_RELATED = 8
TOLERANCE = 2
# Maximum number of filter values in a link to a list, because longer URLs do not work everywhere.
MAX_LINKED_VALUES = 60


@dataclass(frozen=True)
class RelatedRecords:
    """The first related records of a kind, their total number, and the URL of the full list."""

    records: list[Record]
    count: int
    url: str

    @property
    def more(self) -> int:
        """The number of related records that the page does not show."""
        return self.count - len(self.records)

    def __bool__(self):
        return bool(self.records)


@dataclass(frozen=True)
class RelatedCount:
    """The number of published records of a kind, the noun for this number, and the URL of the records' list."""

    number: int
    word: str
    url: str


def related_count(state: IndexState, collection: str, name: str, record: Record) -> RelatedCount:
    """Counts the records of `collection` that match `record` in the filter `name`."""
    number = len(state.filter_keys(collection, name, record.pk))
    url = list_url(registry.indexed_model(collection).model, **{name: record.slug})
    return RelatedCount(number, noun_after(number, collection), url)


def noun_after(number: int, collection: str) -> str:
    """Returns the noun for the records of `collection` in the form required by a number, such as "cities"."""
    return _NOUNS[collection] % {"n": number}


def list_url(model: type[Record], name: str = "list", /, **filters: str | Sequence[str]) -> str:
    """Returns the URL of the list of `model`, filtered by alternative values, such as "/initiatives/?city=osh".

    If `name` is "atom", returns the URL of the list's feed. If `name` is "subscribe", returns the URL of the page about
    subscribing to the feed.
    """
    return f"{reverse(f'{model.collection}-{name}')}?{urlencode(filters, doseq=True)}".removesuffix("?")


def shown_of(count: int, most: int | None = None) -> int:
    """Returns the number of the `count` records that a page shows.

    Long lists are truncated to `most` or MAX_RELATED records.
    """
    most = most or MAX_RELATED
    return count if count <= most + TOLERANCE else most


def first_and_others(items: Sequence, most: int | None = None) -> list[Sequence]:
    """Splits `items` into visible items and items that are hidden until the reader expands the list."""
    shown = shown_of(len(items), most)
    return [part for part in (items[:shown], items[shown:]) if part]


def related_records(records: QuerySet, count: int, **filters: str) -> RelatedRecords:
    """Returns the first related records, read in one query. `count` is the total number of records.

    `filters` are the query parameters of the full list.
    """
    return RelatedRecords(list(records[: shown_of(count)]), count, list_url(records.model, **filters))
