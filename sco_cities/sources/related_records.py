"""The records that the page of another record names: so many of them, and the list that has them all."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from .base_models import Record

# A page stays readable and light, however much there is.
MAX_RELATED = 20


@dataclass(frozen=True)
class RelatedRecords:
    """The first records of a kind that belong to a record, how many there are, and the list of all of them.

    `address` is "" for records that have no list.
    """

    records: list[Record]
    count: int
    address: str

    @property
    def has_more(self) -> bool:
        return self.count > len(self.records)

    def __bool__(self):
        return bool(self.records)


def list_url(model: type[Record], **filters: str) -> str:
    """The list of this kind of record, narrowed by `filters`: "/initiatives/?city=osh"."""
    return f"{reverse(f'{model.collection}-list')}?{urlencode(filters)}"


def related_records(records: QuerySet, count: int, **filters: str) -> RelatedRecords:
    """The first of `records`, read with one query, and `count`, how many there are.

    `filters` is what their list is narrowed by to show them.
    """
    return RelatedRecords(
        list(records[:MAX_RELATED]), count, list_url(records.model, **filters) if filters else ""
    )
