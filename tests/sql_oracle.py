"""A test oracle for lists: what each has to find, count and show, worked out from the stored rows alone.

Written from the public contract, without anything of the facet index: it reads every table and thinks in sets.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property, partial

from django.contrib.contenttypes.models import ContentType

from delegates.models import Attendance, Delegate, Event, Organisation, Statement
from initiatives.models import Initiative, InitiativeCity, Status
from sco_cities.cities.models import City, Country
from sco_cities.i18n.collation import collation_key
from sco_cities.sources.models import Evidence, Passage, Report
from sco_cities.themes.models import Pillar, Theme

RECORDS = {
    "reports": Report, "themes": Theme, "countries": Country, "cities": City, "organisations": Organisation,
    "events": Event, "delegates": Delegate, "statements": Statement, "initiatives": Initiative,
}  # fmt: skip
# Which kind of record the values of a filter name.
NAMED = {
    "country": "countries", "with_country": "countries", "city": "cities", "with_city": "cities",
    "theme": "themes", "event": "events", "organisation": "organisations", "report": "reports",
    **dict.fromkeys(("lead", "partner", "reference", "shares", "learns"), "cities"),
}  # fmt: skip
# When records start and are over, by the columns that hold the days.
SPANS = {
    "initiatives": ("starts_first", "runs_until"),
    "events": ("starts_first", "runs_until"),
    "reports": ("published_first", "published_last"),
}
ROLES = ("lead", "partner", "reference")
NAMES = {"initiatives": "title_en", "reports": "title"}


def letters(text: str) -> bytes:
    """By what texts are sorted: A to Z whatever the case, all other characters by code point."""
    return "".join(char.lower() if "A" <= char <= "Z" else char for char in text).encode()


def _rows(model) -> dict[int, dict]:
    return {row["id"]: row for row in model._base_manager.values()}


def _pairs(model, left: str, right: str) -> dict[int, set[int]]:
    found = defaultdict(set)
    for key, value in model._base_manager.values_list(left, right):
        found[key].add(value)
    return found


def _turned(pairs: dict[int, set[int]]) -> dict[int, set[int]]:
    found = defaultdict(set)
    for key, values in pairs.items():
        for value in values:
            found[value].add(key)
    return found


class Oracle:
    """All rows, as they are at one moment."""

    def __init__(self):
        self.rows = {name: _rows(model) for name, model in RECORDS.items()}
        self.published = {
            name: {key for key, row in rows.items() if row["state"] == "published"}
            for name, rows in self.rows.items()
        }
        through = Initiative.themes.through, Event.themes.through, Statement.themes.through
        self.themes = {
            "initiatives": _pairs(through[0], "initiative", "theme"),
            "events": _pairs(through[1], "event", "theme"),
            "statements": _pairs(through[2], "statement", "theme"),
        }
        self.parts = list(InitiativeCity.objects.values_list("initiative", "city", "role"))
        self.partners = _pairs(Initiative.organisations.through, "initiative", "organisation")
        self.directly = _pairs(Initiative.countries.through, "initiative", "country")
        self.attended = _pairs(Attendance, "delegate", "event")
        self.passages = dict(Passage.objects.values_list("pk", "report"))
        kinds = {kind.pk: kind.model_class() for kind in ContentType.objects.all()}
        collections = {model: name for name, model in RECORDS.items()}
        # (record, report) by kind of record and stance.
        self.evidence = defaultdict(set)
        self.footnotes = defaultdict(int)
        for kind, key, stance, passage in Evidence.objects.values_list(
            "content_type", "object_id", "stance", "passage"
        ):
            report = self.passages[passage]
            self.evidence[collections[kinds[kind]], stance].add((key, report))
            self.footnotes[report] += 1

    # What a record has, as sets of the values of the filters: keys of records, or codes.

    @cached_property
    def values(self) -> dict[str, dict[str, Callable[[int], set]]]:
        def column(collection: str, name: str) -> Callable[[int], set]:
            return lambda key: {self.rows[collection][key][name]} - {None}

        def of_initiative(key: int, role: str = "") -> set[int]:
            return {city for initiative, city, its in self.parts if initiative == key and role in ("", its)}

        def exchanging(key: int, *, giving: bool) -> set[int]:
            # Whoever is no reference learns from those that are.
            parts = {
                (city, role == "reference") for initiative, city, role in self.parts if initiative == key
            }
            seen = {gives for city, gives in parts if city in self.published["cities"]}
            return {city for city, gives in parts if gives is giving and (not giving) in seen}

        def in_countries(cities: Iterable[int], directly: Iterable[int | None] = ()) -> set:
            seen = self.published["cities"].intersection(cities)
            return {self.rows["cities"][city]["country_id"] for city in seen} | set(directly) - {None}

        def of_initiatives_countries(key: int) -> set[int]:
            return in_countries(of_initiative(key), self.directly.get(key, ()))

        def placed(collection: str) -> dict[str, Callable]:
            city, country = column(collection, "city_id"), column(collection, "country_id")
            return {"city": city, "country": lambda key: in_countries(city(key), country(key))}

        def pillars(themes: Callable[[int], set]) -> Callable[[int], set]:
            rows, known = self.rows["themes"], self.published["themes"]
            return lambda key: {rows[theme]["pillar"] for theme in themes(key) if theme in known}

        def themed(collection: str) -> dict[str, Callable]:
            def themes(key):
                return self.themes[collection].get(key, set())

            return {"theme": themes, "pillar": pillars(themes)}

        def said(delegate: int) -> list[dict]:
            rows = self.rows["statements"]
            return [rows[key] for key in self.published["statements"] if rows[key]["delegate_id"] == delegate]

        def spoken_on(delegate: int) -> set[int]:
            on = self.themes["statements"]
            return {theme for row in said(delegate) for theme in on.get(row["id"], ())}

        def city_themes(city: int) -> set[int]:
            mine = {initiative for initiative, its, _role in self.parts if its == city}
            known = mine & self.published["initiatives"]
            return {theme for key in known for theme in self.themes["initiatives"].get(key, ())}

        events, hosts = self.rows["events"], column("events", "host_city_id")
        return {
            "initiatives": {
                "status": column("initiatives", "status"),
                "kind": column("initiatives", "kind"),
                "event": column("initiatives", "event_id"),
                "city": of_initiative,
                "with_city": of_initiative,
                "country": of_initiatives_countries,
                "with_country": of_initiatives_countries,
                **{role: partial(of_initiative, role=role) for role in ROLES},
                "shares": partial(exchanging, giving=True),
                "learns": partial(exchanging, giving=False),
                "organisation": lambda key: self.partners.get(key, set()),
                **themed("initiatives"),
                **self._evidence("initiatives"),
            },
            "events": {
                "kind": column("events", "kind"),
                "city": hosts,
                "country": lambda key: in_countries(hosts(key)),
                "event": lambda key: {key, events[key]["parent_id"]} - {None},
                **themed("events"),
                **self._evidence("events"),
            },
            "delegates": {
                **placed("delegates"),
                "organisation": column("delegates", "organisation_id"),
                "event": lambda key: (
                    self.attended.get(key, set()) | {row["event_id"] for row in said(key)} - {None}
                ),
                "theme": spoken_on,
                "pillar": pillars(spoken_on),
                **self._evidence("delegates"),
            },
            "organisations": {
                "kind": column("organisations", "kind"),
                **placed("organisations"),
                **self._evidence("organisations"),
            },
            "cities": {
                "country": column("cities", "country_id"),
                "sco_role": lambda key: {
                    self.rows["countries"][self.rows["cities"][key]["country_id"]]["sco_role"]
                },
                "theme": city_themes,
                "pillar": pillars(city_themes),
                **self._evidence("cities"),
            },
            "countries": {"sco_role": column("countries", "sco_role"), **self._evidence("countries")},
            "themes": {"pillar": column("themes", "pillar"), **self._evidence("themes")},
            "reports": {"language": column("reports", "language")},
        }

    def _reports(self, collection: str, *stances: str) -> Callable[[int], set]:
        """The published reports that say something of a record."""
        found = _pairs_of(pair for stance in stances for pair in self.evidence[collection, stance])
        return lambda key: found[key] & self.published["reports"]

    def _evidence(self, collection: str) -> dict[str, Callable]:
        supporting = self._reports(collection, "supports")
        differing = self._reports(collection, "differs")

        def levels(key: int) -> set[str]:
            said = {1: "single", 0: None}.get(len(supporting(key)), "several")
            return {said, "disputed" if differing(key) else None} - {None}

        return {
            "report": self._reports(collection, "supports", "differs", "earlier"),
            "evidence": levels,
        }

    # What a list finds.

    def found(self, collection: str, asked: dict[str, tuple[set, set]], years=(None, None)) -> set[int]:
        """The published records with any of the wanted and none of the unwanted values of each filter."""
        return {
            key
            for key in self.published[collection]
            if self.overlaps(collection, key, *years)
            and all(
                (not wanted or wanted & self.values[collection][name](key))
                and not unwanted & self.values[collection][name](key)
                for name, (wanted, unwanted) in asked.items()
            )
        }

    def counts(self, collection: str, name: str, among: set[int]) -> dict:
        """How many of the records `among` have each value of a filter; values that readers do not see are left out."""
        counted = defaultdict(int)
        for key in among:
            for value in self.values[collection][name](key):
                if name not in NAMED or value in self.published[NAMED[name]]:
                    counted[value] += 1
        return dict(counted)

    def overlaps(self, collection: str, key: int, first: int | None, last: int | None) -> bool:
        """Whether a record overlaps these years; without a known end it still runs, without a start it never does."""
        if not first and not last:
            return True
        start, end = (self.rows[collection][key][name] for name in SPANS[collection])
        if start is None or (last and start > date(last, 12, 31)):
            return False
        return not first or end is None or end >= date(first, 1, 1)

    def years(self, collection: str, among: set[int]) -> dict[int, int]:
        """How many of the records overlap each year from the first to the last that one starts or ends in."""
        spans = [tuple(self.rows[collection][key][name] for name in SPANS[collection]) for key in among]
        named = {day.year for start, end in spans if start for day in (start, end) if day}
        return {
            year: sum(self.overlaps(collection, key, year, year) for key in among)
            for year in (range(min(named), max(named) + 1) if named else ())
        }

    def slug(self, collection: str, key: int) -> str:
        return self.rows[collection][key]["slug"]

    # In which order.

    def by_name(self, collection: str, key: int) -> tuple[bytes, bytes]:
        row = self.rows[collection][key]
        return letters(row[NAMES.get(collection, "name_en")]), letters(row["slug"])

    def in_language(self, collection: str, column: str, key: int) -> tuple[str, str]:
        """By what a column of names in another language than English is sorted: what its readers see there."""
        row, (stem, language) = self.rows[collection][key], column.split("_")
        name = row[column] or row[f"{stem}_en"] or row[f"{stem}_zh"] or row[f"{stem}_ru"]
        return collation_key(name, language), row["slug"]

    def ordered(self, collection: str, sort: str, keys: set[int]) -> list[int]:
        """The keys as a list shows them: what has no value comes last, ties come by name, then by slug."""
        if sort[-3:] in ("_ru", "_zh"):
            column = sort.removeprefix("-")
            return sorted(
                keys,
                key=lambda key: self.in_language(collection, column, key),
                reverse=sort.startswith("-"),
            )
        named = sorted(keys, key=lambda key: self.by_name(collection, key))
        column, descending = sort.removeprefix("-"), sort.startswith("-")
        if column == NAMES.get(collection, "name_en"):
            return named[::-1] if descending else named
        value = self.rank(collection, column)
        ranks = {key: value(key) for key in named}
        known = [key for key in named if ranks[key] is not None]
        # Reversing twice keeps those that are equal in the order of names.
        known.sort(key=ranks.get, reverse=descending)
        return known + [key for key in named if ranks[key] is None]

    def rank(self, collection: str, column: str) -> Callable[[int], object]:
        rows, published = self.rows, self.published
        turned = {name: _turned(pairs) for name, pairs in self.themes.items()}

        def number_of(other: str, name: str) -> Callable[[int], int]:
            counted = defaultdict(int)
            for key in published[other]:
                counted[rows[other][key][name]] += 1
            return lambda key: counted[key]

        def initiatives_as(role: str) -> Callable[[int], int]:
            known = published["initiatives"]
            return lambda key: len({i for i, city, its in self.parts if (city, its) == (key, role)} & known)

        def record(other: str, name: str) -> Callable[[int], bytes | None]:
            def its_name(key):
                theirs = rows[collection][key][name]
                return None if theirs is None else letters(rows[other][theirs]["name_en"])

            return its_name

        def place(column: str, choices) -> Callable[[int], int]:
            return lambda key: choices.values.index(rows[collection][key][column])

        if column == "sources":
            supporting = self._reports(collection, "supports")
            return lambda key: len(supporting(key))
        special = {
            ("initiatives", "status"): lambda: place("status", Status),
            ("themes", "pillar"): lambda: place("pillar", Pillar),
            ("countries", "cities"): lambda: number_of("cities", "country_id"),
            ("cities", "country"): lambda: record("countries", "country_id"),
            **{("cities", role): lambda role=role: initiatives_as(role) for role in ("lead", "partner", "reference")},
            ("organisations", "country"): lambda: record("countries", "country_id"),
            ("organisations", "city"): lambda: record("cities", "city_id"),
            ("organisations", "delegates"): lambda: number_of("delegates", "organisation_id"),
            ("organisations", "initiatives"): lambda: (
                lambda key: len(_turned(self.partners)[key] & published["initiatives"])
            ),
            ("events", "host_city"): lambda: record("cities", "host_city_id"),
            ("events", "delegates"): lambda: (
                lambda key: len(_turned(self.attended)[key] & published["delegates"])
            ),
            ("events", "initiatives"): lambda: number_of("initiatives", "event_id"),
            ("delegates", "organisation"): lambda: record("organisations", "organisation_id"),
            ("delegates", "city"): lambda: record("cities", "city_id"),
            ("delegates", "country"): lambda: record("countries", "country_id"),
            ("delegates", "statements"): lambda: number_of("statements", "delegate_id"),
            ("delegates", "events"): lambda: (
                lambda key: len(self.attended.get(key, set()) & published["events"])
            ),
            **{
                ("themes", other): lambda other=other: lambda key: len(turned[other][key] & published[other])
                for other in turned
            },
            ("reports", "passages"): lambda: lambda key: list(self.passages.values()).count(key),
            ("reports", "footnotes"): lambda: lambda key: self.footnotes[key],
        }  # fmt: skip
        if make := special.get((collection, column)):
            return make()
        stored = {
            "code": "slug",
            "starts_on": "starts_first",
            "ends_on": "ends_last",
            "published_on": "published_first",
        }
        name = stored.get(column, column)
        if column in ("series", "role"):
            return lambda key: letters(rows[collection][key][name]) or None
        if column in ("slug", "code", "publisher"):
            return lambda key: letters(rows[collection][key][name])
        return lambda key: rows[collection][key][name]


def _pairs_of(pairs: Iterable[tuple]) -> dict[int, set]:
    found = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found
