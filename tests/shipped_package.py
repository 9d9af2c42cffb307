"""The shipped data package, read from its files with the standard library alone."""

import csv
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations

from tests.conftest import PACKAGE


@cache
def rows_of(table: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (PACKAGE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number_of(table: str, **cells: str) -> int:
    """The number of rows of a table that have these cell values."""
    return sum(all(row[name] == cell for name, cell in cells.items()) for row in rows_of(table))


def items(cell: str) -> list[str]:
    """The items of a list in a cell."""
    return cell.split("; ") if cell else []


@cache
def cities_of_initiatives() -> dict[str, set[str]]:
    """The cities of each initiative, by slug."""
    cities = defaultdict(set)
    for row in rows_of("initiative_cities"):
        cities[row["initiative"]].add(row["city"])
    return cities


def initiatives_with(country: str) -> set[str]:
    """The slugs of the initiatives in a country, which name the country or have a city in it."""
    country_of = {row["slug"]: row["country"] for row in rows_of("cities")}
    named = {row["slug"] for row in rows_of("initiatives") if country in items(row["countries"])}
    cities = cities_of_initiatives().items()
    return named | {slug for slug, own in cities if any(country_of[city] == country for city in own)}


@cache
def city_pairs() -> Counter[tuple[str, str]]:
    """The number of joint initiatives of each pair of cities, by their sorted slugs."""
    return Counter(
        pair for cities in cities_of_initiatives().values() for pair in combinations(sorted(cities), 2)
    )
