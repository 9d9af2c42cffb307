"""The card of a record found by its name. It links to related records and shows their numbers."""

from dataclasses import dataclass

from delegates.models import Delegate
from initiatives.models import Initiative, Status
from initiatives.related_stats import FILTER_BY_COLLECTION
from sco_cities.cities.models import City, Country
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.sources.related_records import RelatedCount, list_url, noun_after, related_count

from .result_item import ResultItem
from .searchable_lists import SearchableList

# The kinds of record that have a card, ordered by how often they are looked up by name.
CARD_COLLECTIONS = ("cities", "countries", "delegates", "organisations", "themes")
# For each kind, the filters that select its records in other lists. The list of initiatives supports all of them.
_FILTERS = {
    "cities": {"delegates": "city", "organisations": "city", "events": "city", "statements": "city"},
    "countries": {
        "cities": "country",
        "delegates": "country",
        "organisations": "country",
        "statements": "country",
    },
    "delegates": {"statements": "delegate"},
    "organisations": {"delegates": "organisation", "statements": "organisation"},
    "themes": {"events": "theme", "statements": "theme"},
}


@dataclass(frozen=True)
class StatusCount:
    """The number of initiatives with a status, and the URL of their list."""

    status: str
    number: int
    url: str


@dataclass(frozen=True)
class RecordCard:
    """A record with the numbers of its related records and of its initiatives by status. Zeros are left out."""

    kind: SearchableList
    hit: ResultItem
    counts: list[RelatedCount]
    statuses: list[StatusCount]

    @property
    def collection(self) -> str:
        return self.kind.collection

    @property
    def has_details(self) -> bool:
        """True if details follow the kind. Countries and cities in unpublished countries have none."""
        record = self.hit.record
        if isinstance(record, City):
            # A release does not contain an unpublished country.
            country = getattr(record, "country", None)
            return country is not None and country.is_published
        return not isinstance(record, Country)


def record_card(kind: SearchableList, hit: ResultItem, state: IndexState) -> RecordCard:
    """Builds the card of a published record. All numbers come from the facet index."""
    record = hit.record
    counts = [*_related_counts(record, state), *_attended_counts(record, state)]
    return RecordCard(kind, hit, [count for count in counts if count.number], _status_counts(record, state))


def _related_counts(record: Record, state: IndexState) -> list[RelatedCount]:
    filters = dict(_FILTERS.get(record.collection, {}))
    if record.collection in FILTER_BY_COLLECTION:
        filters = {Initiative.collection: FILTER_BY_COLLECTION[record.collection], **filters}
    return [related_count(state, collection, name, record) for collection, name in filters.items()]


def _attended_counts(record: Record, state: IndexState) -> list[RelatedCount]:
    """The count of events that a delegate attended. It links to the delegate's page, because no list shows them."""
    if not isinstance(record, Delegate):
        return []
    published = state.published("events")
    attended = state.facet(Delegate.collection, "attended").items()
    number = sum(record.pk in delegates and event in published for event, delegates in attended)
    return [RelatedCount(number, noun_after(number, "events"), f"{record.get_absolute_url()}#attendances")]


def _status_counts(record: Record, state: IndexState) -> list[StatusCount]:
    name = FILTER_BY_COLLECTION.get(record.collection)
    if not name:
        return []
    keys, by_status = (
        state.filter_keys(Initiative.collection, name, record.pk),
        state.facet(Initiative.collection, "status"),
    )
    return [
        StatusCount(status, number, list_url(Initiative, **{name: record.slug, "status": status}))
        for status in Status.values
        if status in by_status and (number := by_status[status].intersection_cardinality(keys))
    ]
