"""Queries of many kinds for the list of initiatives.

All queries are different, so that no page comes from the cache.
"""

from collections.abc import Iterator
from itertools import combinations, count, cycle, islice, product
from urllib.parse import urlencode

from . import generator as words

PAGE = 50
Query = list[tuple[str, str]]


def querystring(query: Query) -> str:
    return f"?{urlencode(query)}" if query else ""


def _for_each(name: str, values) -> Iterator[Query]:
    return ([(name, value)] for value in values)


def queries_by_kind(rows: int) -> dict[str, list[Query]]:
    """Returns 24 queries of each kind, or fewer if the table is too small."""
    # Drafts do not appear on pages.
    last = int(rows * (1 - 2 * words.DRAFT)) // PAGE
    queries = {
        "no filter": ([("page", str(number))] for number in count(2)),
        "a status or two": (
            [("status", status) for status in some]
            for size in (1, 2)
            for some in combinations(words.STATUSES, size)
        ),
        "a city": _for_each("city", map(words.city_slug, range(words.CITIES))),
        "a country": _for_each("country", (code.lower() for code in words.COUNTRIES)),
        "a theme": _for_each("theme", map(words.theme_slug, range(words.THEMES))),
        "an organisation": _for_each(
            "organisation", map(words.organisation_slug, range(words.ORGANISATIONS))
        ),
        "theme, status and country": _theme_status_country(),
        "pillar, kind and years": _pillar_kind_year(),
        "years": ([("year_from", str(year)), ("year_to", str(year + 3))] for year in count(1996)),
        "a page far behind": ([("page", str(number))] for number in range(last - 1, 0, -1)),
        **{
            f"sorted by {sort}": _sorted(sort, offset)
            for offset, sort in enumerate(("title_en", "status", "starts_on", "sources"))
        },
        "evidence": (
            [("evidence", level), ("kind", kind)]
            for kind in words.KINDS
            for level in ("single", "several", "disputed", "-disputed")
        ),
        "a city's part": _city_roles(),
        "who shares": ([("shares", words.city_slug(place))] for place in range(words.CITIES)),
        "not a status": ([("status", f"-{a}"), ("kind", b)] for a in words.STATUSES for b in words.KINDS),
    }
    return {name: list(islice(each, 24)) for name, each in queries.items()}


# Values of filters that match ten to a hundred initiatives of the shipped data package.
_SHIPPED = {
    "status": ("operating", "agreed", "completed", "under_way", "proposed", "interest"),
    "kind": ("project", "partnership", "exchange", "platform", "route"),
    "theme": ("sister-cities", "urban-mobility", "transport-links", "smart-city", "tourism"),
}
_SHIPPED_SORTS = ("title_en", "-title_en", "status", "-status", "starts_on", "-starts_on")


def shipped_queries_by_kind() -> dict[str, list[Query]]:
    """Queries by kind for the list of initiatives in the shipped data package. Each kind has 25 to 36 queries."""
    queries: dict[str, list[Query]] = {
        f"one {name}, sorted": [
            [(name, value), ("sort", sort)] for value, sort in product(values, _SHIPPED_SORTS)
        ]
        for name, values in _SHIPPED.items()
    }
    for name, other in (("status", "kind"), ("status", "theme"), ("kind", "theme")):
        queries[f"not a {name}, not a {other}"] = [
            [(name, f"-{a}"), (other, f"-{b}")] for a, b in product(_SHIPPED[name], _SHIPPED[other])
        ]
    return queries


def _theme_status_country() -> Iterator[Query]:
    statuses, countries = cycle(words.STATUSES[:4]), cycle(words.COUNTRIES)
    for theme in range(words.THEMES):
        yield [
            ("theme", words.theme_slug(theme)), ("status", next(statuses)),
            ("country", next(countries).lower()),
        ]  # fmt: skip


def _city_roles() -> Iterator[Query]:
    roles = cycle(("lead", "partner", "reference"))
    return ([(next(roles), words.city_slug(place))] for place in range(words.CITIES))


def _pillar_kind_year() -> Iterator[Query]:
    kinds, pillars = cycle(words.KINDS[:4]), cycle(words.PILLARS)
    for year in count(1997):
        yield [("pillar", next(pillars)), ("kind", next(kinds)), ("year_from", str(year))]


def _sorted(sort: str, offset: int) -> Iterator[Query]:
    for number in count(1):
        yield [("sort", f"{'-' if number % 2 else ''}{sort}"), ("page", str(number + 1 + offset))]
