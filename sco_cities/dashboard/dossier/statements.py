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
from sco_cities.sources.related_records import list_url
from sco_cities.sources.shared_passages import shared_passages

from .comparison import keys_of_place

# Statements shown of each place; a link names at most so many initiatives.
MAX_STATEMENTS, MAX_INITIATIVES = 8, 60
_NONE = BitMap()


@dataclass(frozen=True)
class PlaceStatements:
    """The statements by speakers of a place: all, those beside agreed or proposed initiatives, and the first."""

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
    slugs = _slugs(state, BitMap.union(_NONE, *(shared for _keys, shared in pairs)))
    by_status = state.facet(Statement.collection, "initiative_status")
    announced = BitMap.union(_NONE, *(by_status.get(status, _NONE) for status in ANNOUNCED))
    return [
        PlaceStatements(
            place,
            LinkedCount(len(keys), _address(place, slugs)),
            LinkedCount(len(keys & announced), _address(place, slugs, initiative_status=ANNOUNCED)),
            shown,
        )
        for place, keys, shown in zip(places, by_place, _first_records(state, by_place), strict=True)
        if keys
    ]


def _slugs(state: IndexState, keys: BitMap) -> list[str]:
    """The slugs of these initiatives; none if they are too many for the URL of a list."""
    if len(keys) > MAX_INITIATIVES:
        return []
    initiatives = Initiative.objects.using(state.using).filter(pk_in(keys))
    return list(initiatives.order_by("slug").values_list("slug", flat=True))


def _address(place: Place, slugs: list[str], **filters) -> str:
    if not slugs:
        return ""
    return list_url(Statement, **{FILTER_BY_KIND[type(place)]: place.slug}, initiative=slugs, **filters)


def _first_records(state: IndexState, by_place: list[BitMap]) -> list[list[Statement]]:
    """The newest statements of each place, all read together."""
    order = STATEMENTS.ordered_selection(state, STATEMENTS.localized_default_sort)
    windows = [order.window(keys, 0, min(len(keys), MAX_STATEMENTS)) for keys in by_place]
    records = Statement.objects.using(state.using).for_mention()
    by_key = {record.pk: record for record in records.filter(pk_in(BitMap(chain.from_iterable(windows))))}
    return [[by_key[key] for key in window] for window in windows]
