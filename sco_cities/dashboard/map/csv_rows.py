"""CSV rows of a map: cities first, then edges."""

from collections.abc import Iterable

from sco_cities.dashboard.cooccurrence import CITY
from sco_cities.dashboard.csv_response import CsvColumn, CsvTable
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.filter_options import labels
from sco_cities.themes.models import Pillar

from .network import Network, NetworkCounts
from .scope import PILLAR


def table(numbers: Network | NetworkCounts) -> CsvTable:
    """A row for each city with an empty "with_city", then a row for each edge, the strongest first.

    "pillar" is the main pillar of an edge, empty for a city. Lists without edges have only the rows of cities.
    """
    state, counted = numbers.state, numbers.scope.listing.collection
    if not numbers.has_roles:
        return [
            _city_column(state, CITY.name, numbers.cities),
            CsvColumn(counted, list(numbers.cities.values())),
        ]
    rows = [
        (key, None, count, numbers.shares(key), numbers.learns(key), "")
        for key, count in numbers.cities.items()
    ]
    for triple in numbers.strongest():
        edge = numbers.edge(*triple)
        rows.append((edge.one, edge.other, edge.count, edge.shares, edge.learns, numbers.main_pillar(edge)))
    ones, others, counts, shares, learns, pillars = zip(*rows, strict=True) if rows else [()] * 6
    called = {pillar.value: str(pillar.label) for pillar in Pillar} | {"": ""}
    return [
        _city_column(state, CITY.name, ones),
        _city_column(state, CITY.other_name, others),
        CsvColumn(counted, counts),
        CsvColumn("shares", shares),
        CsvColumn("learns", learns),
        CsvColumn(PILLAR, pillars, [called[pillar] for pillar in pillars]),
    ]


def _city_column(state: IndexState, name: str, keys: Iterable[int | None]) -> CsvColumn:
    records, names = state.index(CITY.collection).records, labels(state, CITY.collection)
    keys = list(keys)
    slugs = [records[key].slug if key else "" for key in keys]
    return CsvColumn(name, slugs, [str(names[key]) if key else "" for key in keys])
