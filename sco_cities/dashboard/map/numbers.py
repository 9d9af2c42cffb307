"""The numbers of a map as a table: cities first, then ties."""

from sco_cities.browse.offered import labels
from sco_cities.dashboard.numbers_file import COUNT, Column, Table
from sco_cities.dashboard.pairs import CITY
from sco_cities.themes.models import Pillar

from .scope import PILLAR, Scope
from .ties import Ties


def table(scope: Scope) -> Table:
    """A row for each city, with nothing in "with_city", then one for each tie, the strongest first.

    "pillar" is what most of a tie is about, of a city nothing.
    """
    numbers = Ties(scope)
    rows = [
        (key, None, count, numbers.shares(key), numbers.learns(key), "")
        for key, count in numbers.cities.items()
    ]
    for found in numbers.strongest():
        tie = numbers.tie(*found)
        rows.append((tie.one, tie.other, tie.count, tie.shares, tie.learns, tie.pillar))
    ones, others, counts, shares, learns, pillars = zip(*rows, strict=True) if rows else [()] * 6
    records, names = scope.state.index(CITY.collection).records, labels(scope.state, CITY.collection)

    def of_cities(name: str, keys: tuple[int | None, ...]) -> Column:
        slugs = [records[key].slug if key else "" for key in keys]
        return Column(name, slugs, [str(names[key]) if key else "" for key in keys])

    called = {pillar.value: str(pillar.label) for pillar in Pillar} | {"": ""}
    return [
        of_cities(CITY.name, ones),
        of_cities(CITY.other, others),
        Column(COUNT, counts),
        Column("shares", shares),
        Column("learns", learns),
        Column(PILLAR, pillars, [called[pillar] for pillar in pillars]),
    ]
