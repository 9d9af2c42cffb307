"""The number of statements, and of those in the same passage as an initiative that is agreed or proposed."""

from dataclasses import dataclass

from pyroaring import BitMap

from delegates.models import Statement
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.sources.related_records import list_url

from .models import ANNOUNCED
from .related_stats import FILTER_BY_COLLECTION, LinkedCount

_NONE = BitMap()


@dataclass(frozen=True)
class StatementCounts:
    """The published statements by speakers of a place, or all, and those beside agreed or proposed initiatives."""

    all: LinkedCount
    beside_announced: LinkedCount


def statement_counts(state: IndexState, record: Record | None = None) -> StatementCounts:
    """The counts for a city or country, or for all; each links to the list."""
    collection, filters = Statement.collection, {}
    keys, by_status = state.published(collection), state.facet(collection, "initiative_status")
    if record is not None:
        name = FILTER_BY_COLLECTION[record.collection]
        keys, filters = state.filter_keys(collection, name, record.pk), {name: record.slug}
    beside = BitMap.union(_NONE, *(by_status.get(status, _NONE) for status in ANNOUNCED))
    return StatementCounts(
        LinkedCount(len(keys), list_url(Statement, **filters)),
        LinkedCount(len(keys & beside), list_url(Statement, **filters, initiative_status=ANNOUNCED)),
    )
