"""The records that the page of another record names: so many of them, and the list that has them all."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from .records import Record

# A page stays readable and light, however much there is.
MOST = 100


@dataclass(frozen=True)
class Related:
    """The first records of a kind that belong to a record, and the address of the list of all of them."""

    records: list[Record]
    has_more: bool
    address: str

    def __bool__(self):
        return bool(self.records)


def list_address(model: type[Record], **filters: str) -> str:
    """The list of this kind of record, narrowed by `filters`: "/initiatives/?city=osh"."""
    return f"{reverse(f'{model.collection}-list')}?{urlencode(filters)}"


def related(records: QuerySet, **filters: str) -> Related:
    """The first of `records`, read with one query; `filters` is what their list is narrowed by to show them."""
    found = list(records[: MOST + 1])
    return Related(found[:MOST], len(found) > MOST, list_address(records.model, **filters))
