"""The numbers of a map as a table: cities first, then ties."""

from collections.abc import Iterable

from sco_cities.dashboard.cooccurrence import CITY
from sco_cities.dashboard.csv_response import CsvColumn, Table
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.filter_options import labels
from sco_cities.themes.models import Pillar

from .network import Network, NetworkCounts
from .scope import PILLAR


def table(numbers: Network | NetworkCounts) -> Table:
    """A row for each city, with nothing in "with_city", then one for each tie, the strongest first.

    "pillar" is what most of a tie is about, of a city nothing. What ties no cities has the first rows alone.
    """
    state, counted = numbers.state, numbers.scope.listing.collection
    if not numbers.have_parts:
        return [
            _of_cities(state, CITY.name, numbers.cities),
            CsvColumn(counted, list(numbers.cities.values())),
        ]
    rows = [
        (key, None, count, numbers.shares(key), numbers.learns(key), "")
        for key, count in numbers.cities.items()
    ]
    for found in numbers.strongest():
        tie = numbers.tie(*found)
        rows.append((tie.one, tie.other, tie.count, tie.shares, tie.learns, tie.pillar))
    ones, others, counts, shares, learns, pillars = zip(*rows, strict=True) if rows else [()] * 6
    called = {pillar.value: str(pillar.label) for pillar in Pillar} | {"": ""}
    return [
        _of_cities(state, CITY.name, ones),
        _of_cities(state, CITY.other, others),
        CsvColumn(counted, counts),
        CsvColumn("shares", shares),
        CsvColumn("learns", learns),
        CsvColumn(PILLAR, pillars, [called[pillar] for pillar in pillars]),
    ]


def _of_cities(state: IndexState, name: str, keys: Iterable[int | None]) -> CsvColumn:
    records, names = state.index(CITY.collection).records, labels(state, CITY.collection)
    keys = list(keys)
    slugs = [records[key].slug if key else "" for key in keys]
    return CsvColumn(name, slugs, [str(names[key]) if key else "" for key in keys])
