"""Compares places by their initiatives per status and theme, and by their delegates.

Finds themes where only one of the places has initiatives, and events with delegates from all places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pyroaring import BitMap

from delegates.models import Delegate, Event
from delegates.querysets import newest_first
from initiatives.columns import INITIATIVES
from initiatives.models import Initiative
from initiatives.related_stats import LinkedCount
from sco_cities.cities.models import FILTER_BY_KIND, City, Country, Place
from sco_cities.dashboard.charts.scope import ChartMark, ChartScope, newest_report_date
from sco_cities.dashboard.charts.status_table import marks_by_status
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import WHOLE
from sco_cities.sources.related_records import RelatedRecords, list_url
from sco_cities.themes.models import Theme

COLLECTION = INITIATIVES.collection
_NONE = BitMap()


def keys_of_place(state: IndexState, collection: str, place: Place) -> BitMap:
    """Returns the published records of a collection that match the filter by this place."""
    return state.filter_keys(collection, FILTER_BY_KIND[type(place)], place.pk)


def cities_of(state: IndexState, place: Place) -> list[City]:
    """Returns the place itself if it is a city. For a country, its published cities, sorted by slug."""
    if isinstance(place, City):
        return [place]
    records = state.index(City.collection).records
    keys = state.filter_keys(City.collection, "country", place.pk)
    return sorted((records[key] for key in keys), key=lambda city: city.slug)


@dataclass(frozen=True)
class PlaceProfile:
    """A place with its initiatives by status, as shares of the largest place's total, and its newest report date."""

    place: Place
    total: LinkedCount
    statuses: list[ChartMark]
    reported_on: str


@dataclass(frozen=True)
class ThemeRow:
    """A theme and its number of initiatives per place, also as a share of the largest number in any theme."""

    theme: Theme
    counts: list[tuple[Place, LinkedCount]]

    @property
    def places(self) -> list[Place]:
        """The places that have initiatives on the theme."""
        return [place for place, own in self.counts if own.count]


# Maximum number of events, and maximum number of named delegates per place and event.
MAX_EVENTS, MAX_DELEGATES = 10, 8
# A place with all its delegates, or with its delegates at an event.
Delegation = tuple[Place, RelatedRecords]


@dataclass(frozen=True)
class Encounters:
    """The latest events with delegates from all of the places, and the total number of such events.

    Each event has a delegation from each place and the evidence for its attendances.
    """

    shown: list[tuple[Event, list[Delegation]]]
    count: int


class Comparison:
    """A comparison of places. `keys_by_place` maps each place to its initiatives."""

    def __init__(self, state: IndexState, keys_by_place: Mapping[Place, BitMap]):
        self._state = state
        self._keys_by_place = keys_by_place
        self._largest = max(map(len, keys_by_place.values()), default=0) or 1

    @cached_property
    def profiles(self) -> list[PlaceProfile]:
        """The profiles of the places, in the given order."""
        return [
            PlaceProfile(
                place,
                LinkedCount(len(keys), self._url(place), len(keys) / self._largest),
                self._statuses(place, keys),
                newest_report_date(self._state, keys),
            )
            for place, keys in self._keys_by_place.items()
        ]

    @cached_property
    def shared_themes(self) -> list[ThemeRow]:
        """The themes where at least two places have initiatives. Themes with the most initiatives come first."""
        return [row for row in self._themes if len(row.places) > 1]

    @cached_property
    def own_themes(self) -> list[tuple[Place, list[tuple[Theme, LinkedCount]]]]:
        """Each place with the themes where only this place has initiatives, largest themes first."""
        own = {place: [] for place in self._keys_by_place}
        for row in self._themes:
            if len(row.places) == 1:
                [place] = row.places
                own[place].append((row.theme, dict(row.counts)[place]))
        return list(own.items())

    @cached_property
    def people(self) -> list[Delegation]:
        """Each place that has delegates, with its delegates. Delegates with the most recent roles come first."""
        delegations = [
            _delegation(self._state, place, keys) for place, keys in self._delegates_by_place.items()
        ]
        return [(place, delegates) for place, delegates in delegations if delegates]

    @cached_property
    def encounters(self) -> Encounters:
        """The events where delegates from all of the places were present or spoke, latest first."""
        state, delegates = self._state, self._delegates_by_place
        published, by_event = state.published(Event.collection), state.facet(Delegate.collection, "event")
        keys = [
            event
            for event, present in by_event.items()
            if event in published and all(map(present.intersect, delegates.values()))
        ]
        records = state.index(Event.collection).records
        keys.sort(key=lambda key: (str(records[key].starts_first or ""), records[key].slug), reverse=True)
        shown = [
            (
                event,
                [
                    _delegation(state, place, by_event[event.pk] & own, event=event.slug)
                    for place, own in delegates.items()
                ],
            )
            for event in _with_evidence(state, keys[:MAX_EVENTS])
        ]
        return Encounters(shown, len(keys))

    @cached_property
    def _delegates_by_place(self) -> dict[Place, BitMap]:
        return {
            place: keys_of_place(self._state, Delegate.collection, place) for place in self._keys_by_place
        }

    @cached_property
    def _themes(self) -> list[ThemeRow]:
        by_theme = self._state.facet(COLLECTION, "theme")
        records = self._state.index(Theme.collection).records
        numbers = {
            key: [
                by_theme.get(key, _NONE).intersection_cardinality(keys)
                for keys in self._keys_by_place.values()
            ]
            for key in self._state.published(Theme.collection)
        }
        most = max((number for counts in numbers.values() for number in counts), default=0) or 1
        ranked = sorted(numbers, key=lambda key: (-sum(numbers[key]), records[key].name_en))
        return [
            ThemeRow(
                records[key],
                [
                    (place, LinkedCount(number, self._url(place, theme=records[key].slug), number / most))
                    for place, number in zip(self._keys_by_place, numbers[key], strict=True)
                ],
            )
            for key in ranked
        ]

    def _statuses(self, place: Place, keys: BitMap) -> list[ChartMark]:
        selected = {FILTER_BY_KIND[type(place)]: place.slug}
        marks = marks_by_status(ChartScope.everything(self._state), keys, **selected)
        return [replace(mark, share=mark.count / self._largest) for mark in marks]

    @staticmethod
    def _url(place: Place, **filters: str) -> str:
        return list_url(Initiative, **{FILTER_BY_KIND[type(place)]: place.slug}, **filters)


def _with_evidence(state: IndexState, keys: list[int]) -> list[Event]:
    if not keys:
        return []
    events = Event.objects.using(state.using).select_related("host_city")
    by_key = events.with_sources("attendances", WHOLE).in_bulk(keys)
    return [by_key[key] for key in keys]


def _delegation(state: IndexState, place: Place, keys: BitMap, **filters: str) -> Delegation:
    records = state.index(Delegate.collection).records
    home = place.pk if isinstance(place, Country) else place.country_id
    # Delegates of other countries who work in the place, such as ambassadors, come last.
    ordered = sorted(newest_first(state, keys), key=lambda key: records[key].country_id not in (None, home))
    delegates = [records[key] for key in ordered[:MAX_DELEGATES]]
    url = list_url(Delegate, **filters, **{FILTER_BY_KIND[type(place)]: place.slug})
    return place, RelatedRecords(delegates, len(keys), url)
