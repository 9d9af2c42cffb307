"""Files of filtered lists contain the records that the filters select from the data package.

The expected records are computed with the standard library only.
"""

import calendar
import csv
import datetime
import io
from collections import defaultdict
from functools import cache
from operator import itemgetter
from random import Random
from urllib.parse import urlencode

import pytest

from sco_cities.facet_index.facets import today
from tests.conftest import PACKAGE
from tests.extent import sample

pytestmark = pytest.mark.only_on("sqlite")

SEEDS = range(sample(60))
COLUMNS = (
    "slug", "title_en", "kind", "status", "starts_on", "ends_on", "lead_cities", "partner_cities",
    "reference_cities", "countries", "organisations", "themes", "event", "status_reported_on",
)  # fmt: skip

LISTS = ("cities", "countries", "organisations", "themes")
# If there is no end date, an initiative with one of these statuses ended when it started. Other initiatives have not
# ended.
ENDED = ("completed", "stalled")


def rows_of(table: str) -> list[dict[str, str]]:
    with (PACKAGE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def split(cell: str) -> list[str]:
    return cell.split("; ") if cell else []


def last_day(date: str) -> datetime.date:
    year, month = int(date[:4]), int(date[5:7] or 12)
    return datetime.date(year, month, int(date[8:] or calendar.monthrange(year, month)[1]))


@cache
def initiatives() -> dict[str, dict]:
    """The known values of each initiative, by slug. Cells are text, and lists are lists."""
    country_of = {city["slug"]: city["country"].lower() for city in rows_of("cities")}
    pillar_of = {theme["slug"]: theme["pillar"] for theme in rows_of("themes")}
    published = {report["slug"]: report["published_on"] for report in rows_of("reports")}
    known = {}
    for row in rows_of("initiatives"):
        themes = sorted(split(row["themes"]))
        known[row["slug"]] = row | {
            "countries": sorted(split(row["countries"])),
            "organisations": sorted(split(row["organisations"])),
            "themes": themes,
            "pillars": {pillar_of[theme] for theme in themes},
            "roles": defaultdict(list),
            "supporting": set(),
            "cited": set(),
            "status_dates": [],
            "is_disputed": False,
        }
    for row in rows_of("initiative_cities"):
        known[row["initiative"]]["roles"][row["role"]].append(row["city"])
    for initiative in known.values():
        cities = [city for role in initiative["roles"].values() for city in role]
        initiative["cities"] = set(cities)
        initiative["places"] = {country_of[city] for city in cities} | {
            country.lower() for country in initiative["countries"]
        }
    for row in rows_of("evidence"):
        collection, slug = row["record"].split(":")
        if collection != "initiatives":
            continue
        initiative = known[slug]
        initiative["cited"].add(row["report"])
        initiative["is_disputed"] |= row["stance"] == "differs"
        if row["stance"] == "supports":
            initiative["supporting"].add(row["report"])
            if row["field"] == "status" and published[row["report"]]:
                initiative["status_dates"].append(published[row["report"]])
    for initiative in known.values():
        # The date with the later first day is newer. If the first days are equal, the more precise date is newer.
        initiative["status_reported_on"] = max(
            initiative["status_dates"], key=lambda date: (f"{date}-01-01"[:10], len(date)), default=""
        )
    return known


def age(date: str) -> str:
    """Returns the age of a date as a value of the filter `reported`."""
    if not date:
        return "unknown"
    for name, years in (("under_1", 1), ("1_to_2", 2), ("2_to_5", 5)):
        if last_day(date) >= today().replace(year=today().year - years):
            return name
    return "over_5"


# The values of an initiative that each filter compares.
VALUES = {
    "status": lambda it: {it["status"]},
    "kind": lambda it: {it["kind"]},
    "country": lambda it: it["places"],
    "city": lambda it: it["cities"],
    "lead": lambda it: set(it["roles"]["lead"]),
    "partner": lambda it: set(it["roles"]["partner"]),
    "reference": lambda it: set(it["roles"]["reference"]),
    "theme": lambda it: set(it["themes"]),
    "pillar": lambda it: it["pillars"],
    "event": lambda it: {it["event"]} - {""},
    "organisation": lambda it: set(it["organisations"]),
    "report": lambda it: it["cited"],
    "reported": lambda it: {age(it["status_reported_on"])},
    "evidence": lambda it: (
        ({"disputed"} if it["is_disputed"] else set())
        | ({"several"} if len(it["supporting"]) > 1 else {"single"} if it["supporting"] else set())
    ),
}  # fmt: skip


def matches(initiative: dict, parameters: list[tuple[str, str]]) -> bool:
    wanted, unwanted = defaultdict(set), defaultdict(set)
    for name, value in parameters:
        (unwanted if value.startswith("-") else wanted)[name].add(value.removeprefix("-"))
    for name in ("year_from", "year_to"):
        for value in wanted.pop(name, ()):
            start, end = initiative["starts_on"][:4], initiative["ends_on"][:4]
            if not end and initiative["status"] in ENDED:
                end = start
            is_too_late = name == "year_to" and start > value
            is_too_early = name == "year_from" and end and end < value
            if not start or is_too_late or is_too_early:
                return False
    has = {name: VALUES[name](initiative) for name in {*wanted, *unwanted}}
    return all(has[name] & values for name, values in wanted.items()) and not any(
        has[name] & values for name, values in unwanted.items()
    )


def random_parameters(seed: int) -> list[tuple[str, str]]:
    """Selects one to four filters that a randomly chosen initiative matches.

    Some filters get additional random values. Every third seed includes the filter `reported`.
    """
    random = Random(seed)
    initiative = random.choice(sorted(initiatives().values(), key=lambda it: it["slug"]))
    names = random.sample(sorted([*VALUES, "year_from", "year_to"]), random.randint(1, 4))
    if seed % 3 == 0 and "reported" not in names:
        names[0] = "reported"
    parameters = []
    for name in names:
        if name.startswith("year"):
            parameters += [(name, initiative["starts_on"][:4])] if initiative["starts_on"] else []
            continue
        own = sorted(VALUES[name](initiative))
        others = sorted({value for it in initiatives().values() for value in VALUES[name](it)})
        values = {
            random.choice(own or others),
            *random.sample(others, random.randint(0, min(2, len(others)))),
        }
        parameters += [(name, value) for value in sorted(values)]
        if random.random() < 0.3 and (rest := set(others) - values - set(own)):
            parameters.append((name, f"-{random.choice(sorted(rest))}"))
    return parameters


def cells(initiative: dict) -> dict[str, str]:
    joined = {name: "; ".join(initiative[name]) for name in ("countries", "organisations", "themes")}
    roles = {
        f"{role}_cities": "; ".join(sorted(initiative["roles"][role]))
        for role in ("lead", "partner", "reference")
    }
    return {name: (initiative | joined | roles)[name] for name in COLUMNS}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_file_equals_what_the_filters_select_from_the_package(loaded_package, client, seed):
    parameters = random_parameters(seed)
    expected = [cells(it) for it in initiatives().values() if matches(it, parameters)]
    query = urlencode([*parameters, ("columns", ",".join(COLUMNS))])
    content = client.get(f"/initiatives.csv?{query}").getvalue().decode()
    rows = [
        row | {name: "; ".join(sorted(split(row[name]))) for name in row if name.endswith(LISTS)}
        for row in csv.DictReader(io.StringIO(content))
    ]
    assert sorted(rows, key=itemgetter("slug")) == sorted(expected, key=itemgetter("slug")), parameters
