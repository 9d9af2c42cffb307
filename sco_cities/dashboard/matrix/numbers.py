"""The numbers of the matrix as CSV."""

from collections.abc import Iterator

from sco_cities.browse.exports.csv_cells import cells, lines
from sco_cities.browse.exports.csv_file import MARK
from sco_cities.browse.exports.options import Options
from sco_cities.dashboard.pairs import Directions

from .page import MatrixPage

# Rows are written so many at a time.
BLOCK = 2_000


def header(page: MatrixPage, options: Options) -> list[str]:
    """The names of the columns."""
    first, second = page.side.name, page.side.other
    named = [first, f"{first}_names", second, f"{second}_names"] if options.labels else [first, second]
    return [*named, "initiatives", "shares", "learns"]


def write(page: MatrixPage, options: Options) -> Iterator[bytes]:
    """Every place with each that it has initiatives together with, in order of slugs, and with itself: all it has.

    So every pair comes twice, once from either side: in how many the first shares with the second, and learns.
    """
    head = lines([[name] for name in header(page, options)])
    yield ((MARK if options.bom else "") + head).encode()
    rows: list[tuple] = []
    for row in _rows(page, options):
        rows.append(row)
        if len(rows) == BLOCK:
            yield _written(rows)
            rows = []
    if rows:
        yield _written(rows)


def _written(rows: list[tuple]) -> bytes:
    return lines([cells(column) for column in zip(*rows, strict=True)]).encode()


def _rows(page: MatrixPage, options: Options) -> Iterator[tuple]:
    counted, directions = page.pairs, Directions(page.state, page.side, page.found.keys)
    names = page.names

    def named(key: int) -> tuple[str, ...]:
        return (page.slug(key), str(names[key])) if options.labels else (page.slug(key),)

    for one in counted.in_all:
        for other in counted.in_all:
            if count := counted.of(one, other):
                told = (
                    (None, None)
                    if one == other
                    else (directions.shares(one, other), directions.learns(one, other))
                )
                yield (*named(one), *named(other), count, *told)
