"""Finds the best matches of a search (cards of records with the searched name, or joint initiatives of places)."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from delegates.models import Delegate
from initiatives.models import Initiative, Status
from initiatives.related_stats import FILTER_BY_COLLECTION, LinkedCount, RelatedStats
from sco_cities.cities.models import (
    FILTER_BY_KIND,
    MOST_PLACES,
    City,
    Country,
    Place,
    joint_filters,
    together_url,
    without_own_countries,
)
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import and_list
from sco_cities.sources.base_models import Record
from sco_cities.sources.related_records import RelatedCount, list_url, noun_after, related_count

from .result_item import ResultItem
from .searchable_lists import SearchableList
from .segments import NameEntry, Segment


@dataclass(frozen=True)
class JointInitiatives:
    """The initiatives that involve all searched places, and the URL of their page or filtered list.

    `places` pairs each place with its number of initiatives.
    """

    places: list[tuple[Place, LinkedCount]]
    keys: BitMap
    url: str

    collection = Initiative.collection

    @property
    def title(self) -> str:
        return and_list(place.name for place, _initiatives in self.places)


def places_in(segments: tuple[Segment, ...], state: IndexState) -> list[Place]:
    """Returns the published places named by the segments, or [] if any segment does not name a place.

    Prefers a city to a country with the same name. Omits the countries of cities in the result.
    """
    places: list[Place] = []
    for segment in segments:
        place = None if segment.is_prefix else place_among(segment.entries, state)
        if not place:
            return []
        places += [place] if place not in places else []
    return without_own_countries(places)


def place_among(entries: Iterable[NameEntry], state: IndexState) -> Place | None:
    """Returns the published city with one of these names, or else the published country."""
    for model in (City, Country):
        for entry in entries:
            if entry.collection == model.collection and entry.key in state.published(model.collection):
                return state.index(model.collection).records[entry.key]
    return None


def joint_initiatives(places: list[Place], state: IndexState) -> JointInitiatives:
    """Returns the published initiatives that involve all of the places."""
    counts, all_keys = [], []
    for place in places:
        name = FILTER_BY_KIND[type(place)]
        keys = state.filter_keys(Initiative.collection, name, place.pk)
        counts.append((place, LinkedCount(len(keys), list_url(Initiative, **{name: place.slug}))))
        all_keys.append(keys)
    has_page = len(places) <= MOST_PLACES
    url = together_url(*places) if has_page else list_url(Initiative, **joint_filters(places))
    return JointInitiatives(counts, BitMap.intersection(*all_keys), url)


# The kinds of record that have a card. Kinds that readers often look up by name come first.
CARD_COLLECTIONS = ("cities", "countries", "delegates", "organisations", "themes")
# The filters for the related records of each kind in other lists. The list of initiatives supports all these filters.
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
class RecordCard:
    """A record with its numbers of related records and of initiatives by status. Zeros are omitted."""

    kind: SearchableList
    hit: ResultItem
    counts: list[RelatedCount]
    statuses: list[tuple[str, LinkedCount]]

    @property
    def collection(self) -> str:
        return self.kind.collection

    @property
    def has_details(self) -> bool:
        """True if the card shows details below the kind of record.

        Countries, and cities in unpublished countries, have no details.
        """
        record = self.hit.record
        if isinstance(record, City):
            # A release omits unpublished countries, so the country may be missing.
            country = getattr(record, "country", None)
            return country is not None and country.is_published
        return not isinstance(record, Country)


def record_card(kind: SearchableList, hit: ResultItem, state: IndexState) -> RecordCard:
    """Builds the card of a published record. All numbers come from the facet index."""
    record = hit.record
    counts = [*_related_counts(record, state), *_attended_counts(record, state)]
    statuses = []
    if record.collection in FILTER_BY_COLLECTION:
        initiatives = RelatedStats(state, record)
        statuses = [(status, initiatives.with_status(status)) for status in Status.values]
    return RecordCard(
        kind,
        hit,
        [count for count in counts if count.number],
        [(status, count) for status, count in statuses if count.count],
    )


def _related_counts(record: Record, state: IndexState) -> list[RelatedCount]:
    filters = dict(_FILTERS.get(record.collection, {}))
    if record.collection in FILTER_BY_COLLECTION:
        filters = {Initiative.collection: FILTER_BY_COLLECTION[record.collection], **filters}
    return [related_count(state, collection, name, record) for collection, name in filters.items()]


def _attended_counts(record: Record, state: IndexState) -> list[RelatedCount]:
    """Counts a delegate's events. The count links to the delegate's page, because lists cannot show these events."""
    if not isinstance(record, Delegate):
        return []
    published = state.published("events")
    attended = state.facet(Delegate.collection, "attended").items()
    number = sum(record.pk in delegates and event in published for event, delegates in attended)
    return [RelatedCount(number, noun_after(number, "events"), f"{record.get_absolute_url()}#attendances")]
