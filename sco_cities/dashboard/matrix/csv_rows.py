"""The numbers of the matrix as tables, a block of rows after the other."""

from collections.abc import Iterator

from sco_cities.dashboard.cooccurrence import Directions
from sco_cities.dashboard.csv_response import COUNT, CsvColumn, Table

from .page import MatrixPage

# Rows are written so many at a time.
BLOCK = 2_000


def tables(page: MatrixPage) -> Iterator[Table]:
    """Every place with each that it has initiatives together with, in order of slugs, and with itself: all it has.

    So every pair comes twice, once from either side: in how many the first shares with the second, and learns.
    """
    rows: list[tuple] = []
    for row in _rows(page):
        if len(rows) == BLOCK:
            yield _table(page, rows)
            rows = []
        rows.append(row)
    yield _table(page, rows)


def _table(page: MatrixPage, rows: list[tuple]) -> Table:
    ones, others, counts, shares, learns = zip(*rows, strict=True) if rows else [()] * 5

    def of_places(name: str, keys: tuple[int, ...]) -> CsvColumn:
        records = page.state.index(page.side.collection).records
        called = [getattr(records[key], page.side.key) for key in keys]
        return CsvColumn(name, called, [str(page.names[key]) for key in keys])

    return [
        of_places(page.side.name, ones),
        of_places(page.side.other, others),
        CsvColumn(COUNT, counts),
        CsvColumn("shares", shares),
        CsvColumn("learns", learns),
    ]


def _rows(page: MatrixPage) -> Iterator[tuple]:
    counted, directions = page.pairs, Directions(page.state, page.side, page.found.keys)
    for one in counted.in_all:
        for other in counted.in_all:
            if count := counted.of(one, other):
                told = (
                    (None, None)
                    if one == other
                    else (directions.shares(one, other), directions.learns(one, other))
                )
                yield (one, other, count, *told)
