"""Addresses of the list of initiatives: of many sorts, and no two alike, so that no kept page answers."""

from collections.abc import Iterator
from itertools import combinations, count, cycle, islice
from urllib.parse import urlencode

from . import vocabulary as words

PAGE = 50
Query = list[tuple[str, str]]


def text(query: Query) -> str:
    return f"?{urlencode(query)}" if query else ""


def _cycled(name: str, values) -> Iterator[Query]:
    return ([(name, value)] for value in values)


def sorts_of_addresses(rows: int) -> dict[str, list[Query]]:
    """By sort, 24 queries each. A table too small for so many gets fewer."""
    # Some initiatives are drafts, and on no page.
    last = int(rows * (1 - 2 * words.DRAFT)) // PAGE
    made = {
        "no filter": ([("page", str(number))] for number in count(2)),
        "a status or two": ([("status", status) for status in some] for some in _status_sets()),
        "a city": _cycled("city", map(words.city_slug, range(words.CITIES))),
        "a country": _cycled("country", (code.lower() for code in words.COUNTRIES)),
        "a theme": _cycled("theme", map(words.theme_slug, range(words.THEMES))),
        "an organisation": _cycled("organisation", map(words.organisation_slug, range(words.ORGANISATIONS))),
        "theme, status and country": _several(),
        "pillar, kind and years": _with_years(),
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
        "a city's part": _parts(),
        "who shares": ([("shares", words.city_slug(place))] for place in range(words.CITIES)),
        "not a status": ([("status", f"-{a}"), ("kind", b)] for a in words.STATUSES for b in words.KINDS),
    }
    return {name: list(islice(queries, 24)) for name, queries in made.items()}


def _status_sets() -> Iterator[tuple[str, ...]]:
    for number in (1, 2):
        yield from combinations(words.STATUSES, number)


def _several() -> Iterator[Query]:
    statuses, countries = cycle(words.STATUSES[:4]), cycle(words.COUNTRIES)
    for theme in range(words.THEMES):
        yield [
            ("theme", words.theme_slug(theme)), ("status", next(statuses)),
            ("country", next(countries).lower()),
        ]  # fmt: skip


def _parts() -> Iterator[Query]:
    roles = cycle(("lead", "partner", "reference"))
    return ([(next(roles), words.city_slug(place))] for place in range(words.CITIES))


def _with_years() -> Iterator[Query]:
    kinds, pillars = cycle(words.KINDS[:4]), cycle(words.PILLARS)
    for year in count(1997):
        yield [("pillar", next(pillars)), ("kind", next(kinds)), ("year_from", str(year))]


def _sorted(sort: str, offset: int) -> Iterator[Query]:
    for number in count(1):
        yield [("sort", f"{'-' if number % 2 else ''}{sort}"), ("page", str(number + 1 + offset))]
