"""Delegates of several places, in total and at the same events."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from delegates.models import Delegate, Event
from delegates.roles import newest_first
from sco_cities.cities.place_set import FILTER_BY_KIND, Place
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import WHOLE
from sco_cities.sources.related_records import list_url

from .comparison import keys_of_place

# Maximum number of events shown, and of named delegates per place and event.
MAX_EVENTS, MAX_DELEGATES = 10, 8


@dataclass(frozen=True)
class Delegation:
    """The delegates of a place, in total or at an event. Contains the first delegates and the URL of the list."""

    place: Place
    delegates: list[Delegate]
    count: int
    url: str

    @property
    def more(self) -> int:
        return self.count - len(self.delegates)


@dataclass(frozen=True)
class Encounter:
    """An event with the evidence for its attendance, and a delegation from each of the places."""

    event: Event
    delegations: list[Delegation]


@dataclass(frozen=True)
class Encounters:
    """The latest events with delegates from all of the places, and the total number of such events."""

    shown: list[Encounter]
    count: int

    @property
    def has_more(self) -> bool:
        return self.count > len(self.shown)


def people(state: IndexState, places: Sequence[Place]) -> list[Delegation]:
    """The delegates of each place that has delegates. Delegates with the most recent roles come first."""
    delegations = [
        _delegation(state, place, keys_of_place(state, Delegate.collection, place)) for place in places
    ]
    return [delegation for delegation in delegations if delegation.count]


def encounters(state: IndexState, places: Sequence[Place]) -> Encounters:
    """The events at which delegates from all of the places were present or spoke, latest first."""
    delegates = [keys_of_place(state, Delegate.collection, place) for place in places]
    published, by_event = state.published(Event.collection), state.facet(Delegate.collection, "event")
    keys = [
        event
        for event, present in by_event.items()
        if event in published and all(present.intersect(own) for own in delegates)
    ]
    records = state.index(Event.collection).records
    keys.sort(key=lambda key: (str(records[key].starts_first or ""), records[key].slug), reverse=True)
    events = _with_evidence(state, keys[:MAX_EVENTS])
    return Encounters(
        [
            Encounter(
                event,
                [
                    _delegation(state, place, by_event[event.pk] & own, event=event.slug)
                    for place, own in zip(places, delegates, strict=True)
                ],
            )
            for event in events
        ],
        len(keys),
    )


def _with_evidence(state: IndexState, keys: list[int]) -> list[Event]:
    if not keys:
        return []
    events = Event.objects.using(state.using).select_related("host_city")
    by_key = events.with_sources("attendances", WHOLE).in_bulk(keys)
    return [by_key[key] for key in keys]


def _delegation(state: IndexState, place: Place, keys: BitMap, **filters: str) -> Delegation:
    records = state.index(Delegate.collection).records
    delegates = [records[key] for key in newest_first(state, keys)[:MAX_DELEGATES]]
    url = list_url(Delegate, **filters, **{FILTER_BY_KIND[type(place)]: place.slug})
    return Delegation(place, delegates, len(keys), url)
