"""What was said in the passages of joint initiatives: statements by speakers of the places."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from pyroaring import BitMap

from delegates.models import Statement
from initiatives.columns import STATEMENTS
from initiatives.models import ANNOUNCED, Initiative
from initiatives.related_stats import LinkedCount
from sco_cities.cities.place_set import FILTER_BY_KIND, Place
from sco_cities.db.pk_filter import pk_in
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.related_records import MAX_LINKED_VALUES, list_url
from sco_cities.sources.shared_passages import shared_passages

from .comparison import keys_of_place

# Statements shown of each place.
MAX_STATEMENTS = 8
_NONE = BitMap()


@dataclass(frozen=True)
class PlaceStatements:
    """The statements by speakers of a place: all, those beside agreed or proposed joint initiatives, and the first."""

    place: Place
    all: LinkedCount
    beside_announced: LinkedCount
    records: list[Statement]


def place_statements(state: IndexState, places: Sequence[Place], joint: BitMap) -> list[PlaceStatements]:
    """The statements in the same passages as the initiatives `joint`, by place; places without any are left out."""
    pairs = [
        (keys, shared & joint)
        for keys, shared in shared_passages(state, Statement.collection, Initiative.collection)
        if shared.intersect(joint)
    ]
    said = BitMap.union(_NONE, *(keys for keys, _shared in pairs)) & state.published(Statement.collection)
    by_place = [said & keys_of_place(state, Statement.collection, place) for place in places]
    if not any(by_place):
        return []
    by_status = state.facet(Initiative.collection, "status")
    announced = joint & BitMap.union(_NONE, *(by_status.get(status, _NONE) for status in ANNOUNCED))
    beside = [(keys, shared & announced) for keys, shared in pairs if shared.intersect(announced)]
    said_beside = BitMap.union(_NONE, *(keys for keys, _shared in beside))
    slugs, announced_slugs = _slugs(
        state, *(BitMap.union(_NONE, *(shared for _keys, shared in group)) for group in (pairs, beside))
    )
    return [
        PlaceStatements(
            place,
            LinkedCount(len(keys), _url(place, slugs)),
            LinkedCount(len(keys & said_beside), _url(place, announced_slugs)),
            shown,
        )
        for place, keys, shown in zip(places, by_place, _first_records(state, by_place), strict=True)
        if keys
    ]


def _slugs(state: IndexState, *groups: BitMap) -> list[list[str]]:
    """The slugs of each group of initiatives; none of a group that is too large for the URL of a list."""
    groups = [keys if len(keys) <= MAX_LINKED_VALUES else _NONE for keys in groups]
    initiatives = Initiative.objects.using(state.using).filter(pk_in(BitMap.union(*groups)))
    by_key = dict(initiatives.values_list("pk", "slug"))
    return [sorted(by_key[key] for key in keys) for keys in groups]


def _url(place: Place, slugs: list[str]) -> str:
    if not slugs:
        return ""
    return list_url(Statement, **{FILTER_BY_KIND[type(place)]: place.slug}, initiative=slugs)


def _first_records(state: IndexState, by_place: list[BitMap]) -> list[list[Statement]]:
    """The newest statements of each place, all read together."""
    order = STATEMENTS.ordered_selection(state, STATEMENTS.localized_default_sort)
    windows = [order.window(keys, 0, min(len(keys), MAX_STATEMENTS)) for keys in by_place]
    records = Statement.objects.using(state.using).for_mention()
    by_key = {record.pk: record for record in records.filter(pk_in(BitMap(chain.from_iterable(windows))))}
    return [[by_key[key] for key in window] for window in windows]
