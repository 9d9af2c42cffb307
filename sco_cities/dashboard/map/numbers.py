"""The numbers of a map as CSV (RFC 4180, UTF-8, CRLF): cities first, then ties."""

from sco_cities.browse.exports.csv_cells import cells, lines
from sco_cities.browse.exports.csv_file import MARK

from .scope import Scope
from .ties import Ties

HEADER = ("city", "with_city", "initiatives", "city_shares", "city_learns", "pillar")


def csv_file(scope: Scope, *, bom: bool = False) -> str:
    """A row for each city, with nothing in "with_city", then one for each tie, the strongest first.

    "pillar" is what most of a tie is about, of a city nothing.
    """
    numbers = Ties(scope)
    records = scope.state.index("cities").records
    rows = [
        (records[key].slug, "", count, numbers.shares(key), numbers.learns(key), "")
        for key, count in numbers.cities.items()
    ]
    for found in numbers.strongest():
        tie = numbers.tie(*found)
        one, other = records[tie.one].slug, records[tie.other].slug
        rows.append((one, other, tie.count, tie.shares, tie.learns, tie.pillar))
    columns = [cells(column) for column in zip(*rows, strict=True)] or [()] * len(HEADER)
    start = (MARK if bom else "") + lines([[name] for name in HEADER])
    return start + lines(columns)
