"""The content of a dossier, with the joint initiatives of several places, their notes, roles and disputes."""

from dataclasses import replace
from functools import cached_property
from itertools import chain, combinations, islice

from django.utils.translation import pgettext_lazy
from pyroaring import BitMap

from delegates.models import Statement
from initiatives.columns import INITIATIVES, STATEMENTS
from initiatives.models import Initiative, Status
from initiatives.related_stats import LinkedCount
from sco_cities.cities.models import (
    FILTER_BY_KIND,
    MOST_PLACES,
    Country,
    Place,
    joint_filters,
    segment,
    together_url,
)
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import and_list
from sco_cities.sources.base_models import Record
from sco_cities.sources.briefs import BriefEntry, BriefPage, SharedNote
from sco_cities.sources.related_records import MAX_LINKED_VALUES, RelatedRecords, list_url
from sco_cities.sources.shared_passages import shared_passages

from .comparison import COLLECTION, Comparison, cities_of, keys_of_place

# Maximum number of statements shown per place.
MAX_STATEMENTS = 8
_NONE = BitMap()


def _slugs(state: IndexState, keys: BitMap) -> list[str]:
    """Returns the slugs of the initiatives `keys`. Returns [] if there are too many slugs for a URL."""
    if len(keys) > MAX_LINKED_VALUES:
        return []
    initiatives = Initiative.objects.using(state.using).filter(pk_in(keys))
    return sorted(initiatives.values_list("slug", flat=True))


def _url(place: Place, slugs: list[str]) -> str:
    if not slugs:
        return ""
    return list_url(Statement, **{FILTER_BY_KIND[type(place)]: place.slug}, initiative=slugs)


def _first_records(state: IndexState, by_place: list[BitMap]) -> list[list[Statement]]:
    """Returns the newest statements for each place, read with one query."""
    order = STATEMENTS.ordered_selection(state, STATEMENTS.localized_default_sort)
    windows = [order.window(keys, 0, min(len(keys), MAX_STATEMENTS)) for keys in by_place]
    records = Statement.objects.using(state.using).for_mention()
    by_key = {record.pk: record for record in records.filter(pk_in(BitMap(chain.from_iterable(windows))))}
    return [[by_key[key] for key in window] for window in windows]


# If there are at most MAX_ENTRIES joint initiatives, the page shows all of them with their notes. Otherwise, it shows
# the first PER_STATUS initiatives of each status.
MAX_ENTRIES, PER_STATUS = 20, 2
# The values shown for an initiative in a dossier. Countries and themes are omitted, because they are nearly the same
# for all initiatives of a dossier.
_VALUES = ("cities", "organisations", "event")
BRIEF = replace(
    INITIATIVES.brief, values=tuple(line for line in INITIATIVES.brief.values if line.evidence[0] in _VALUES)
)
# Ongoing statuses are first, from the most to the least advanced. Completed, stalled and unknown are last.
BY_PROGRESS = (
    Status.OPERATING, Status.UNDER_WAY, Status.AGREED, Status.PROPOSED, Status.INTEREST, Status.COMPLETED,
    Status.STALLED, Status.UNKNOWN,
)  # fmt: skip
# Roles of a place in joint initiatives, keyed by the city filter that selects the role in the list.
ROLES = {
    "lead": pgettext_lazy("what a place does", "leads"),
    "partner": pgettext_lazy("what a place does", "takes part"),
    "reference": pgettext_lazy("what a place does", "is a model for others"),
    "learns": pgettext_lazy("what a place does", "learns from others"),
}


class Dossier:
    """The joint initiatives and the comparison of two to four places. All numbers come from one index state."""

    def __init__(self, state: IndexState, places: list[Place]):
        self._state = state
        self.places = sorted(places, key=segment)
        self._keys_by_place = {place: keys_of_place(state, COLLECTION, place) for place in self.places}
        self.keys = BitMap.intersection(*self._keys_by_place.values())
        self._filters = joint_filters(self.places)

    @property
    def title(self) -> str:
        return and_list(place.name for place in self.places)

    @property
    def url(self) -> str:
        return together_url(*self.places)

    @cached_property
    def joint(self) -> LinkedCount:
        """The number of initiatives where all of the places take part, with the URL of their list."""
        return LinkedCount(len(self.keys), list_url(Initiative, **self._filters))

    @property
    def subscription_url(self) -> str:
        """The URL of the page for subscribing to the joint initiatives."""
        return list_url(Initiative, "subscribe", **self._filters)

    @property
    def feed_url(self) -> str:
        """The URL of the feed of the joint initiatives."""
        return list_url(Initiative, "atom", **self._filters)

    @cached_property
    def disputed(self) -> LinkedCount:
        """The joint initiatives with a value that a report contradicts."""
        return self._joint_with("evidence", "disputed")

    @cached_property
    def groups(self) -> list[tuple[str, LinkedCount, list[BriefEntry]]]:
        """The number of joint initiatives per status, and the most recently reported initiatives of the status."""
        entries = iter(self.brief_page.entries)
        return [
            (status.value, self._joint_with("status", status.value), list(islice(entries, len(shown))))
            for status, shown in self._shown_by_status.items()
        ]

    @cached_property
    def brief_page(self) -> BriefPage:
        """The entries and notes of the joint initiatives that the page shows."""
        keys = [key for shown in self._shown_by_status.values() for key in shown]
        return BRIEF.read(INITIATIVES, self._state, keys, 1)

    @cached_property
    def quoted(self) -> list[tuple[SharedNote, list[Record]]]:
        """Notes whose passages quote a person, each with the speakers."""
        notes = (note for _report, notes in self.brief_page.by_report for note in notes)
        return [(note, note.speakers) for note in notes if note.speakers]

    @cached_property
    def roles(self) -> list[tuple[Place, list[tuple[str, LinkedCount]]]]:
        """The roles of each place in the joint initiatives. Omits roles that no place has."""
        counts = {role: [self._role(place, role) for place in self.places] for role in ROLES}
        with_any = [role for role, of_places in counts.items() if any(each.count for each in of_places)]
        if not with_any:
            return []
        return [
            (place, [(ROLES[role], counts[role][position]) for role in with_any])
            for position, place in enumerate(self.places)
        ]

    @property
    def has_country(self) -> bool:
        return any(isinstance(place, Country) for place in self.places)

    @cached_property
    def pairs(self) -> list[tuple[str, LinkedCount]]:
        """All pairs of places with their joint initiatives. [] if there are only two places."""
        if len(self.places) == 2:
            return []
        return [
            (
                and_list((one.name, other.name)),
                LinkedCount(own.intersection_cardinality(others), together_url(one, other)),
            )
            for (one, own), (other, others) in combinations(self._keys_by_place.items(), 2)
        ]

    @cached_property
    def statements(self) -> list[tuple[Place, RelatedRecords]]:
        """Statements by speakers from each place, newest first. Omits places without statements.

        The statements are in the same passages as the joint initiatives.
        """
        pairs = [
            (keys, shared & self.keys)
            for keys, shared in shared_passages(self._state, Statement.collection, Initiative.collection)
            if shared.intersect(self.keys)
        ]
        said = BitMap.union(_NONE, *(keys for keys, _shared in pairs)) & self._state.published(
            Statement.collection
        )
        by_place = [said & keys_of_place(self._state, Statement.collection, place) for place in self.places]
        if not any(by_place):
            return []
        slugs = _slugs(self._state, BitMap.union(_NONE, *(shared for _keys, shared in pairs)))
        return [
            (place, RelatedRecords(shown, len(keys), _url(place, slugs)))
            for place, keys, shown in zip(
                self.places, by_place, _first_records(self._state, by_place), strict=True
            )
            if keys
        ]

    @cached_property
    def comparison(self) -> Comparison:
        return Comparison(self._state, self._keys_by_place)

    @property
    def without_one(self) -> list[tuple[Place, str]]:
        """Each place with the URL of the page about the other places. [] if there are only two places."""
        if len(self.places) == 2:
            return []
        return [
            (place, together_url(*(other for other in self.places if other is not place)))
            for place in self.places
        ]

    @property
    def takes_more(self) -> bool:
        """True if another place can be added."""
        return len(self.places) < MOST_PLACES

    @cached_property
    def _shown_by_status(self) -> dict[Status, list[int]]:
        by_status = self._state.facet(COLLECTION, "status")
        order = INITIATIVES.ordered_selection(self._state, INITIATIVES.localized_default_sort)
        limit = MAX_ENTRIES if len(self.keys) <= MAX_ENTRIES else PER_STATUS
        keys = {status: by_status.get(status.value, _NONE) & self.keys for status in BY_PROGRESS}
        return {status: order.window(own, 0, min(len(own), limit)) for status, own in keys.items() if own}

    def _joint_with(self, facet: str, value: str) -> LinkedCount:
        keys = self._state.facet(COLLECTION, facet).get(value, _NONE)
        return LinkedCount(
            keys.intersection_cardinality(self.keys), list_url(Initiative, **self._filters, **{facet: value})
        )

    def _role(self, place: Place, role: str) -> LinkedCount:
        facet = self._state.facet(COLLECTION, role)
        own = {city.slug: facet.get(city.pk, _NONE) & self.keys for city in cities_of(self._state, place)}
        own = {slug: keys for slug, keys in own.items() if keys}
        return LinkedCount(
            len(BitMap.union(_NONE, *own.values())),
            list_url(Initiative, **self._filters, **{role: list(own)})
            if 0 < len(own) <= MAX_LINKED_VALUES
            else "",
        )
