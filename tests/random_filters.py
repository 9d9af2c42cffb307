"""Random query strings of lists, generated from the filters and sort orders of the lists."""

from collections.abc import Iterable, Iterator
from functools import cache
from random import Random
from urllib.parse import urlencode

from sco_cities.listings.fields import NOT
from sco_cities.listings.filters import ChoicesFilter, ListFilter, SearchFilter
from sco_cities.listings.listing import Listing
from sco_cities.listings.record_filters import AND, MATCH_CHOICES, AllOfFilter, RelatedRecordsFilter
from sco_cities.listings.year_filters import UNKNOWN, StartFilter, YearFilter, YearFromFilter, YearToFilter
from tests.package_oracle import PackageOracle

Parameters = list[tuple[str, str]]
WORDS = ("city", "of", "smart", "бишкек", "天津", "forum 2024", "minister")
YEARS = range(2000, 2031)


@cache
def published_slugs(collection: str) -> list[str]:
    """The slugs of the published records of a collection in the shipped package."""
    return sorted(PackageOracle().rows[collection])


def random_filters(
    random: Random, listing: Listing, *, omitted: Iterable[str] = (), share_excluded: float = 0.3
) -> Parameters:
    """Up to three filters of a list, each with valid values that may be included or excluded."""
    filters = {name: item for name, item in listing.filterset.base_filters.items() if name not in omitted}
    names = random.sample(sorted(filters), min(len(filters), random.choice((0, 1, 1, 1, 2, 2, 3))))
    return [pair for name in names for pair in _pairs(random, name, filters[name], share_excluded)]


def random_sort(random: Random, listing: Listing) -> str:
    """A random value of the parameter `sort`."""
    return random.choice(("", NOT)) + random.choice(sorted(listing.sorts))


def query_string(parameters: Parameters) -> str:
    return urlencode(parameters)


def _pairs(random: Random, name: str, item: ListFilter, share_excluded: float) -> Iterator[tuple[str, str]]:
    is_single = isinstance(item, YearFilter)
    values = {_value(random, item) for _number in range(1 if is_single else random.choice((1, 1, 2, 4)))}
    for value in sorted(values):
        can_exclude = not isinstance(item, YearFilter | SearchFilter) and AND not in value
        yield name, (NOT if can_exclude and random.random() < share_excluded else "") + value
    if item.match_parameter and random.random() < 0.3:
        yield item.match_parameter, random.choice(MATCH_CHOICES)


def _value(random: Random, item: ListFilter) -> str:
    match item:
        case ChoicesFilter():
            return random.choice([code for code, _label in item.extra["choices"]])
        case AllOfFilter():
            return AND.join(random.sample(published_slugs(item.of), random.choice((1, 1, 2))))
        case RelatedRecordsFilter():
            return random.choice(published_slugs(item.of))
        case YearFromFilter():
            return str(random.choice(YEARS[: len(YEARS) // 2]))
        case YearToFilter():
            # The last year is not before the first year.
            return str(random.choice(YEARS[len(YEARS) // 2 :]))
        case StartFilter():
            first = random.choice(YEARS)
            return random.choice((str(first), f"{first}/{first + 3}", f"../{first}", f"{first}/..", UNKNOWN))
        case SearchFilter():
            return random.choice(WORDS)
    raise TypeError(f"{type(item).__name__} has no random values: add them here")
