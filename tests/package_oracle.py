"""Computes the records of each list from only the files of the shipped data package.

The computation follows the documentation of the parameters, and uses no code of the site and no database.
"""

import csv
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache, partial
from pathlib import Path
from urllib.parse import parse_qs

from tests.report_ages import age, recency
from tests.since_oracle import Said, last_day_of_first_report, since

FOLDER = Path(__file__).parents[1] / "data" / "summit-cities"
TABLES = (
    "reports",
    "themes",
    "countries",
    "cities",
    "organisations",
    "events",
    "delegates",
    "statements",
    "initiatives",
)
ENDED = ("completed", "stalled")
Values = Callable[[str], set[str]]


def _read(table: str) -> list[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _items(cell: str) -> set[str]:
    return {item.strip().lower() for item in cell.split(";") if item.strip()}


def _days(text: str) -> tuple[date, date] | tuple[None, None]:
    """The first and the last day of "2025", "2025-07" or "2025-07-08"."""
    if not text:
        return None, None
    year, *rest = map(int, text.split("-"))
    first_month, last_month = (rest[0], rest[0]) if rest else (1, 12)
    days = rest[1:] or [1, monthrange(year, last_month)[1]]
    return date(year, first_month, days[0]), date(year, last_month, days[-1])


class PackageOracle:
    """All rows of the package, by table and slug."""

    def __init__(self):
        self.rows = {
            table: {row.get("slug", row.get("code", "")).lower(): row for row in _read(table)}
            for table in TABLES
        }
        for rows in self.rows.values():
            for slug in [slug for slug, row in rows.items() if row["state"] != "published"]:
                del rows[slug]
        self.roles = [(row["initiative"], row["city"], row["role"]) for row in _read("initiative_cities")]
        self.attended = [(row["delegate"], row["event"]) for row in _read("attendances")]
        self.evidence = defaultdict(list)
        for row in _read("evidence"):
            table, _colon, slug = row["record"].partition(":")
            if row["report"] in self.rows["reports"]:
                self.evidence[table, slug.lower()].append(row)
        # Values are cached, because a few hundred queries need the same values.
        self.values = {
            table: {name: cache(values) for name, values in self._values(table).items()} for table in TABLES
        }

    def slugs(self, table: str, query: str) -> set[str]:
        """The slugs of the records that a list shows for a query string without a text search."""
        params = {name: values for name, values in parse_qs(query).items() if name != "sort"}
        matches = {
            name.removesuffix("_match"): values for name, values in params.items() if name.endswith("_match")
        }
        first, last = (int(params[name][0]) if name in params else None for name in ("year_from", "year_to"))
        tests = [lambda slug: self._overlaps(table, slug, first, last)]
        for name, values in params.items():
            if not name.endswith("_match") and name not in ("year_from", "year_to"):
                tests.append(self._test(table, name, values, matches_all=matches.get(name) == ["all"]))
        return {slug for slug in self.rows[table] if all(test(slug) for test in tests)}

    def _test(self, table: str, name: str, values: list[str], *, matches_all: bool) -> Callable[[str], bool]:
        """Returns a test for records with one or all of the included values of a filter, and no excluded value."""
        included = [value for value in values if not value.startswith("-")]
        excluded = [value[1:] for value in values if value.startswith("-")]
        if matches_all and included:
            included = [",".join(included)]

        def has(slug: str, value: str) -> bool:
            if name == "started":
                return self._starts_in(table, slug, value)
            return set(value.split(",")) <= self.values[table][name](slug)

        return lambda slug: (
            (not included or any(has(slug, value) for value in included))
            and not any(has(slug, value) for value in excluded)
        )

    def _span(self, table: str, slug: str) -> tuple[date | None, date | None]:
        row = self.rows[table][slug]
        if table == "reports":
            return _days(row["published_on"])
        (first, last), end = _days(row["starts_on"]), _days(row["ends_on"])[1]
        return first, end or (last if table == "events" or row["status"] in ENDED else None)

    def _overlaps(self, table: str, slug: str, first: int | None, last: int | None) -> bool:
        if not first and not last:
            return True
        start, end = self._span(table, slug)
        if start is None or (last and start.year > last):
            return False
        return not (first and end and end.year < first)

    def _starts_in(self, table: str, slug: str, value: str) -> bool:
        start = self._span(table, slug)[0]
        if value == "unknown" or start is None:
            return (value == "unknown") == (start is None)
        first, _slash, last = value.partition("/")
        return (first == ".." or start.year >= int(first)) and (
            last == ".." or start.year <= int(last or first)
        )

    # The values of a record for each filter.

    def _values(self, table: str) -> dict[str, Values]:
        rows = self.rows[table]

        def cell(name: str) -> Values:
            return lambda slug: _items(rows[slug].get(name, ""))

        def countries(cities: Values, directly: Values = lambda _slug: set()) -> Values:
            return lambda slug: directly(slug) | self._of("cities", "country", cities(slug))

        def pillars(themes: Values) -> Values:
            return lambda slug: self._of("themes", "pillar", themes(slug))

        def themes(values: Values) -> dict[str, Values]:
            return {"theme": values, "pillar": pillars(values)}

        evidence = {
            "report": lambda slug: {row["report"] for row in self.evidence[table, slug]},
            "evidence": lambda slug: self._levels(table, slug),
        }
        place = {"city": cell("city"), "country": countries(cell("city"), cell("country"))}
        match table:
            case "initiatives":
                cities = self._with_role("lead", "partner", "reference")
                country = countries(cities, cell("countries"))
                return evidence | themes(cell("themes")) | {
                    "status": cell("status"), "kind": cell("kind"), "event": cell("event"), "city": cities,
                    "with_city": cities, "country": country, "with_country": country,
                    **{role: self._with_role(role) for role in ("lead", "partner", "reference")},
                    "shares": lambda slug: self._flow(slug, "reference", "lead partner"),
                    "learns": lambda slug: self._flow(slug, "lead partner", "reference"),
                    "organisation": cell("organisations"), "reported": lambda slug: {self._reported(slug)},
                    **{
                        f"since_{origin}": partial(self._since_codes, origin) for origin in ("event", "first")
                    },
                }  # fmt: skip
            case "cities":
                of_city = self._related(
                    "initiatives", self._with_role("lead", "partner", "reference"), "themes"
                )
                return evidence | themes(of_city) | {
                    "country": cell("country"),
                    "sco_role": lambda slug: self._of("countries", "sco_role", cell("country")(slug)),
                }  # fmt: skip
            case "events":
                host = cell("host_city")
                return evidence | themes(cell("themes")) | {
                    "kind": cell("kind"), "city": host, "country": countries(host),
                    "event": lambda slug: {slug} | cell("parent")(slug),
                }  # fmt: skip
            case "delegates":
                spoke_at = self._related("statements", self._cells("statements", "delegate"), "event")
                spoke_on = self._related("statements", self._cells("statements", "delegate"), "themes")
                attended = defaultdict(set)
                for delegate, event in self.attended:
                    attended[delegate].add(event)
                return evidence | place | themes(spoke_on) | {
                    "organisation": cell("organisation"),
                    "event": lambda slug: attended[slug] | spoke_at(slug),
                }  # fmt: skip
            case "statements":

                def of_speaker(name: str) -> Values:
                    return lambda slug: self._of("delegates", name, cell("delegate")(slug))

                return evidence | themes(cell("themes")) | {
                    "delegate": cell("delegate"), "event": cell("event"), "organisation": of_speaker("organisation"),
                    "city": of_speaker("city"), "country": countries(of_speaker("city"), of_speaker("country")),
                    "initiative": self._beside,
                    "initiative_status": lambda slug: self._of("initiatives", "status", self._beside(slug)),
                    "language": lambda slug: self._of("reports", "language", self._supporting("statements", slug)),
                }  # fmt: skip
            case "organisations":
                return evidence | place | {"kind": cell("kind")}
            case _:
                return evidence | {name: cell(name) for name in ("sco_role", "pillar", "language")}

    def _of(self, table: str, column: str, slugs: Iterable[str]) -> set[str]:
        """The values of a column in published records of another table."""
        rows = self.rows[table]
        return {value for slug in slugs if slug in rows for value in _items(rows[slug][column])}

    def _cells(self, table: str, column: str) -> Values:
        return lambda slug: _items(self.rows[table][slug][column])

    def _related(self, table: str, owners: Values, column: str) -> Values:
        """Returns the values of a column in all records that belong to an owner."""
        values = defaultdict(set)
        for slug in self.rows[table]:
            for owner in owners(slug):
                values[owner] |= self._of(table, column, [slug])
        return lambda slug: values[slug]

    def _with_role(self, *roles: str) -> Values:
        cities = defaultdict(set)
        for initiative, city, role in self.roles:
            if role in roles:
                cities[initiative].add(city)
        return lambda slug: cities[slug]

    def _flow(self, slug: str, own: str, others: str) -> set[str]:
        """The cities with one of the `own` roles in an initiative, if a published city has one of the `others`."""
        of_record = [(city, role) for initiative, city, role in self.roles if initiative == slug]
        has_other = any(role in others.split() and city in self.rows["cities"] for city, role in of_record)
        return {city for city, role in of_record if role in own.split() and has_other}

    def _supporting(self, table: str, slug: str) -> set[str]:
        return {row["report"] for row in self.evidence[table, slug] if row["stance"] == "supports"}

    def _levels(self, table: str, slug: str) -> set[str]:
        number = len(self._supporting(table, slug))
        is_disputed = any(row["stance"] == "differs" for row in self.evidence[table, slug])
        return {
            name
            for name, is_true in (
                ("single", number == 1),
                ("several", number > 1),
                ("disputed", is_disputed),
            )
            if is_true
        }

    def _passages(self, table: str, slug: str) -> set[tuple[str, str]]:
        return {
            (row["report"], row["passage"])
            for row in self.evidence[table, slug]
            if row["stance"] == "supports"
        }

    def _beside(self, statement: str) -> set[str]:
        """The initiatives that have a supporting passage in common with a statement."""
        passages = self._passages("statements", statement)
        return {slug for slug in self.rows["initiatives"] if passages & self._passages("initiatives", slug)}

    def _reported(self, slug: str) -> str:
        """The age of the newest report that supports the status of an initiative."""
        reports = []
        for row in self.evidence["initiatives", slug]:
            if row["field"] == "status" and row["stance"] == "supports":
                first, last = _days(self.rows["reports"][row["report"]]["published_on"])
                reports += [{"published_first": first, "published_last": last}] if first else []
        return age(max(reports, key=recency, default=None))

    def since(self, origin: str, slug: str) -> tuple[str, str] | None:
        """The reported values of an initiative since its "event" or its "first" report, and its status at that time."""
        row = self.rows["initiatives"][slug]
        cited = [(self.rows["reports"][each["report"]], each) for each in self.evidence["initiatives", slug]]
        said = [
            Said(*_days(report["published_on"]), each["field"], each["stance"], each["reported_value"])
            for report, each in cited
            if report["published_on"]
        ]
        if origin == "first":
            return since(last_day_of_first_report(said), row["status"], said)
        event = self.rows["events"].get(row["event"])
        return since(self._span("events", row["event"])[1] if event else None, row["status"], said)

    def _since_codes(self, origin: str, slug: str) -> set[str]:
        found = self.since(origin, slug)
        return {found[0]} if found else set()
