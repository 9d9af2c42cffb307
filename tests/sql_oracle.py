"""A test oracle that computes the expected records, counts and orders of lists from only the stored rows.

It follows the public contract and does not use the facet index. The oracle reads all tables and computes with sets.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property, partial
from itertools import chain

from django.contrib.contenttypes.models import ContentType

from delegates.models import Attendance, Delegate, Event, Organisation, Statement
from initiatives.models import Initiative, InitiativeCity, Status
from sco_cities.cities.models import City, Country
from sco_cities.i18n.collation import collation_key
from sco_cities.sources.models import Evidence, Passage, Report
from sco_cities.themes.models import Pillar, Theme
from tests.report_ages import age, recency
from tests.sql_since_oracle import SinceOracle
from tests.statement_oracle import StatementOracle

RECORDS = {
    "reports": Report, "themes": Theme, "countries": Country, "cities": City, "organisations": Organisation,
    "events": Event, "delegates": Delegate, "statements": Statement, "initiatives": Initiative,
}  # fmt: skip
# The collection of the records that are the values of a filter.
NAMED = {
    "country": "countries", "with_country": "countries", "city": "cities", "with_city": "cities",
    "theme": "themes", "event": "events", "organisation": "organisations", "report": "reports",
    "delegate": "delegates", "initiative": "initiatives",
    **dict.fromkeys(("lead", "partner", "reference", "shares", "learns"), "cities"),
}  # fmt: skip
# The columns with the first and last day of records.
SPANS = {
    "initiatives": ("starts_first", "runs_until"),
    "events": ("starts_first", "runs_until"),
    "reports": ("published_first", "published_last"),
}
ROLES = ("lead", "partner", "reference")
NAMES = {"initiatives": "title_en", "reports": "title", "statements": "slug"}


def alphabetical_key(text: str) -> bytes:
    """The sort key of texts. A to Z are sorted ignoring case, and all other characters by code point."""
    return "".join(char.lower() if "A" <= char <= "Z" else char for char in text).encode()


def _rows(model) -> dict[int, dict]:
    return {row["id"]: row for row in model._base_manager.values()}


def _group(pairs: Iterable[tuple]) -> dict[int, set]:
    groups = defaultdict(set)
    for key, value in pairs:
        groups[key].add(value)
    return groups


def _related_keys(model, key: str, related: str) -> dict[int, set[int]]:
    return _group(model._base_manager.values_list(key, related))


def _inverted(groups: dict[int, set[int]]) -> dict[int, set[int]]:
    return _group((value, key) for key, values in groups.items() for value in values)


class Oracle:
    """All stored rows at the time of reading."""

    def __init__(self):
        self.rows = {name: _rows(model) for name, model in RECORDS.items()}
        self.published = {
            name: {key for key, row in rows.items() if row["state"] == "published"}
            for name, rows in self.rows.items()
        }
        through = Initiative.themes.through, Event.themes.through, Statement.themes.through
        self.themes = {
            "initiatives": _related_keys(through[0], "initiative", "theme"),
            "events": _related_keys(through[1], "event", "theme"),
            "statements": _related_keys(through[2], "statement", "theme"),
        }
        self.city_roles = list(InitiativeCity.objects.values_list("initiative", "city", "role"))
        self.organisations = _related_keys(Initiative.organisations.through, "initiative", "organisation")
        self.countries = _related_keys(Initiative.countries.through, "initiative", "country")
        self.attended = _related_keys(Attendance, "delegate", "event")
        self.passages = dict(Passage.objects.values_list("pk", "report"))
        kinds = {kind.pk: kind.model_class() for kind in ContentType.objects.all()}
        collections = {model: name for name, model in RECORDS.items()}
        # Pairs of an initiative and a report that supports its status.
        self.status_reports = set()
        # Pairs of record and report, by collection and stance.
        self.evidence = defaultdict(set)
        self.footnotes = defaultdict(int)
        # The passages that support a record, by collection and key.
        self.support = defaultdict(set)
        for kind, key, stance, passage, field in Evidence.objects.values_list(
            "content_type", "object_id", "stance", "passage", "field"
        ):
            report = self.passages[passage]
            if (kinds[kind], field, stance) == (Initiative, "status", "supports"):
                self.status_reports.add((key, report))
            self.evidence[collections[kinds[kind]], stance].add((key, report))
            self.footnotes[report] += key in self.published[collections[kinds[kind]]]
            if stance == "supports":
                self.support[collections[kinds[kind]], key].add(passage)
        self.statements, self.since = StatementOracle(self), SinceOracle(self)

    # The values of a record for each filter, as sets of record keys or codes.

    @cached_property
    def values(self) -> dict[str, dict[str, Callable[[int], set]]]:
        def column(collection: str, name: str) -> Callable[[int], set]:
            return lambda key: {self.rows[collection][key][name]} - {None}

        def cities_of_initiative(key: int, role: str = "") -> set[int]:
            return {
                city
                for initiative, city, city_role in self.city_roles
                if initiative == key and role in ("", city_role)
            }

        def sharing_or_learning(key: int, *, sharing: bool) -> set[int]:
            # Cities with any other role learn from the reference cities.
            roles = {
                (city, role == "reference") for initiative, city, role in self.city_roles if initiative == key
            }
            published = {shares for city, shares in roles if city in self.published["cities"]}
            return {city for city, shares in roles if shares is sharing and (not sharing) in published}

        def in_countries(cities: Iterable[int], directly: Iterable[int | None] = ()) -> set:
            published = self.published["cities"].intersection(cities)
            return {self.rows["cities"][city]["country_id"] for city in published} | set(directly) - {None}

        def countries_of_initiative(key: int) -> set[int]:
            return in_countries(cities_of_initiative(key), self.countries.get(key, ()))

        def city_and_country(collection: str) -> dict[str, Callable]:
            city, country = column(collection, "city_id"), column(collection, "country_id")
            return {"city": city, "country": lambda key: in_countries(city(key), country(key))}

        def pillars(themes: Callable[[int], set]) -> Callable[[int], set]:
            rows, published = self.rows["themes"], self.published["themes"]
            return lambda key: {rows[theme]["pillar"] for theme in themes(key) if theme in published}

        def theme_and_pillar(collection: str) -> dict[str, Callable]:
            def themes(key):
                return self.themes[collection].get(key, set())

            return {"theme": themes, "pillar": pillars(themes)}

        def statements_of(delegate: int) -> list[dict]:
            rows = self.rows["statements"]
            return [rows[key] for key in self.published["statements"] if rows[key]["delegate_id"] == delegate]

        def statement_themes(delegate: int) -> set[int]:
            themes = self.themes["statements"]
            return {theme for row in statements_of(delegate) for theme in themes.get(row["id"], ())}

        def city_themes(city: int) -> set[int]:
            keys = {initiative for initiative, other, _role in self.city_roles if other == city}
            published = keys & self.published["initiatives"]
            return {theme for key in published for theme in self.themes["initiatives"].get(key, ())}

        events, hosts = self.rows["events"], column("events", "host_city_id")
        return {
            "initiatives": {
                "status": column("initiatives", "status"),
                "reported": lambda key: {age(self.last_reported(key))},
                **self.since.values,
                "kind": column("initiatives", "kind"),
                "event": column("initiatives", "event_id"),
                "city": cities_of_initiative,
                "with_city": cities_of_initiative,
                "country": countries_of_initiative,
                "with_country": countries_of_initiative,
                **{role: partial(cities_of_initiative, role=role) for role in ROLES},
                "shares": partial(sharing_or_learning, sharing=True),
                "learns": partial(sharing_or_learning, sharing=False),
                "organisation": lambda key: self.organisations.get(key, set()),
                **theme_and_pillar("initiatives"),
                **self._evidence("initiatives"),
            },
            "events": {
                "kind": column("events", "kind"),
                "city": hosts,
                "country": lambda key: in_countries(hosts(key)),
                "event": lambda key: {key, events[key]["parent_id"]} - {None},
                **theme_and_pillar("events"),
                **self._evidence("events"),
            },
            "delegates": {
                **city_and_country("delegates"),
                "organisation": column("delegates", "organisation_id"),
                "event": lambda key: (
                    self.attended.get(key, set()) | {row["event_id"] for row in statements_of(key)} - {None}
                ),
                "theme": statement_themes,
                "pillar": pillars(statement_themes),
                **self._evidence("delegates"),
            },
            "organisations": {
                "kind": column("organisations", "kind"),
                **city_and_country("organisations"),
                **self._evidence("organisations"),
            },
            "cities": {
                "country": column("cities", "country_id"),
                "sco_role": lambda key: {
                    self.rows["countries"][country]["sco_role"]
                    for country in column("cities", "country_id")(key) & self.published["countries"]
                },
                "theme": city_themes,
                "pillar": pillars(city_themes),
                **self._evidence("cities"),
            },
            "countries": {"sco_role": column("countries", "sco_role"), **self._evidence("countries")},
            "themes": {"pillar": column("themes", "pillar"), **self._evidence("themes")},
            "reports": {"language": column("reports", "language")},
            "statements": {
                **self.statements.values(column, in_countries),
                **theme_and_pillar("statements"),
                **self._evidence("statements"),
            },
        }

    def _reports(self, collection: str, *stances: str) -> Callable[[int], set]:
        """The published reports with evidence of these stances about a record."""
        reports = _group(pair for stance in stances for pair in self.evidence[collection, stance])
        return lambda key: reports[key] & self.published["reports"]

    def _evidence(self, collection: str) -> dict[str, Callable]:
        supporting = self._reports(collection, "supports")
        differing = self._reports(collection, "differs")

        def levels(key: int) -> set[str]:
            level = {1: "single", 0: None}.get(len(supporting(key)), "several")
            return {level, "disputed" if differing(key) else None} - {None}

        return {
            "report": self._reports(collection, "supports", "differs", "earlier"),
            "evidence": levels,
        }

    def last_reported(self, key: int) -> dict | None:
        """The newest dated, published report that supports the status of an initiative."""
        reports = (self.rows["reports"][report] for record, report in self.status_reports if record == key)
        dated = [row for row in reports if row["id"] in self.published["reports"] and row["published_first"]]
        return max(dated, key=recency, default=None)

    # Records and counts

    def matching_keys(
        self, collection: str, filters: dict[str, tuple[set, set]], years=(None, None)
    ) -> set[int]:
        """The published records that have, for each filter, an included value and no excluded value."""
        return {
            key
            for key in self.published[collection]
            if self.overlaps(collection, key, *years)
            and all(
                (not included or included & self.values[collection][name](key))
                and not excluded & self.values[collection][name](key)
                for name, (included, excluded) in filters.items()
            )
        }

    def counts(self, collection: str, name: str, among: set[int]) -> dict:
        """The number of records in `among` with each published value of a filter."""
        counts = defaultdict(int)
        for key in among:
            for value in self.values[collection][name](key):
                if name not in NAMED or value in self.published[NAMED[name]]:
                    counts[value] += 1
        return dict(counts)

    def overlaps(self, collection: str, key: int, first: int | None, last: int | None) -> bool:
        """Whether a record overlaps these years. An unknown end is open, and an unknown start means no overlap."""
        if not first and not last:
            return True
        start, end = (self.rows[collection][key][name] for name in SPANS[collection])
        if start is None or (last and start > date(last, 12, 31)):
            return False
        return not first or end is None or end >= date(first, 1, 1)

    def years(self, collection: str, among: set[int]) -> dict[int, int]:
        """The number of records that overlap each year, from the first to the last start or end of a record."""
        spans = [tuple(self.rows[collection][key][name] for name in SPANS[collection]) for key in among]
        years = {day.year for start, end in spans if start for day in (start, end) if day}
        return {
            year: sum(self.overlaps(collection, key, year, year) for key in among)
            for year in (range(min(years), max(years) + 1) if years else ())
        }

    def slug(self, collection: str, key: int) -> str:
        return self.rows[collection][key]["slug"]

    # Orders

    def name_key(self, collection: str, key: int) -> tuple[bytes, bytes]:
        row = self.rows[collection][key]
        return alphabetical_key(row[NAMES.get(collection, "name_en")]), alphabetical_key(row["slug"])

    def localized_name_key(self, collection: str, column: str, key: int) -> tuple[str, str]:
        """The sort key of the localised name, which readers of languages other than English see."""
        row, (stem, language) = self.rows[collection][key], column.split("_")
        name = row[column] or row[f"{stem}_en"] or row[f"{stem}_zh"] or row[f"{stem}_ru"]
        return collation_key(name, language), row["slug"]

    def ordered(self, collection: str, sort: str, keys: set[int]) -> list[int]:
        """The keys in the order of a list. Records without a value are last, and ties are sorted by name and slug."""
        if sort[-3:] in ("_ru", "_zh"):
            column = sort.removeprefix("-")
            by_localized_name = partial(self.localized_name_key, collection, column)
            return sorted(keys, key=by_localized_name, reverse=sort.startswith("-"))
        by_name = sorted(keys, key=lambda key: self.name_key(collection, key))
        column, descending = sort.removeprefix("-"), sort.startswith("-")
        if column == NAMES.get(collection, "name_en"):
            return by_name[::-1] if descending else by_name
        value = self.rank(collection, column)
        ranks = {key: value(key) for key in by_name}
        with_value = [key for key in by_name if ranks[key] is not None]
        # In Python, a sort with reverse=True keeps equal keys in their previous order, which is by name.
        with_value.sort(key=ranks.get, reverse=descending)
        return with_value + [key for key in by_name if ranks[key] is None]

    def rank(self, collection: str, column: str) -> Callable[[int], object]:
        rows, published = self.rows, self.published
        records_by_theme = {name: _inverted(pairs) for name, pairs in self.themes.items()}

        def count_of(other: str, name: str) -> Callable[[int], int]:
            return Counter(rows[other][key][name] for key in published[other]).__getitem__

        def initiatives_in(name: str) -> Callable[[int], int]:
            values = map(self.values["initiatives"][name], published["initiatives"])
            return Counter(chain.from_iterable(values)).__getitem__

        def related_name(other: str, name: str) -> Callable[[int], bytes | None]:
            def name_of(key):
                related = rows[collection][key][name]
                is_published = related in published[other]
                return alphabetical_key(rows[other][related]["name_en"]) if is_published else None

            return name_of

        def position(column: str, choices) -> Callable[[int], int]:
            return lambda key: choices.values.index(rows[collection][key][column])

        if column == "sources":
            supporting = self._reports(collection, "supports")
            return lambda key: len(supporting(key))
        special = {
            ("initiatives", "status"): lambda: position("status", Status),
            ("initiatives", "status_reported_on"): lambda: (
                lambda key: recency(report) if (report := self.last_reported(key)) else None
            ),
            ("themes", "pillar"): lambda: lambda key: (
                position("pillar", Pillar)(key), -self.rank(collection, "initiatives")(key)
            ),
            ("countries", "cities"): lambda: count_of("cities", "country_id"),
            ("countries", "initiatives"): partial(initiatives_in, "country"),
            ("cities", "initiatives"): partial(initiatives_in, "city"),
            ("cities", "country"): lambda: related_name("countries", "country_id"),
            **{("cities", role): partial(initiatives_in, role) for role in ROLES},
            ("organisations", "country"): lambda: related_name("countries", "country_id"),
            ("organisations", "city"): lambda: related_name("cities", "city_id"),
            ("organisations", "delegates"): lambda: count_of("delegates", "organisation_id"),
            ("organisations", "initiatives"): lambda: (
                lambda key: len(_inverted(self.organisations)[key] & published["initiatives"])
            ),
            ("events", "host_city"): lambda: related_name("cities", "host_city_id"),
            ("events", "delegates"): lambda: lambda key: len(_inverted(self.attended)[key] & published["delegates"]),
            ("events", "initiatives"): lambda: count_of("initiatives", "event_id"),
            ("delegates", "organisation"): lambda: related_name("organisations", "organisation_id"),
            ("delegates", "city"): lambda: related_name("cities", "city_id"),
            ("delegates", "country"): lambda: related_name("countries", "country_id"),
            ("delegates", "statements"): lambda: count_of("statements", "delegate_id"),
            ("delegates", "events"): lambda: (
                lambda key: len(self.attended.get(key, set()) & published["events"])
            ),
            **{
                ("themes", other): lambda other=other: lambda key: len(records_by_theme[other][key] & published[other])
                for other in records_by_theme
            },
            ("statements", "delegate"): lambda: related_name("delegates", "delegate_id"),
            ("statements", "event"): lambda: related_name("events", "event_id"),
            **self.statements.ranks(alphabetical_key),
            ("reports", "passages"): lambda: lambda key: list(self.passages.values()).count(key),
            ("reports", "footnotes"): lambda: lambda key: self.footnotes[key],
        }  # fmt: skip
        if make := special.get((collection, column)):
            return make()
        stored = {"starts_on": "starts_first", "ends_on": "ends_last", "published_on": "published_first"}
        name = {"code": "slug", **stored}.get(column, column)
        if column in ("series", "role", "summary"):
            return lambda key: alphabetical_key(rows[collection][key][name]) or None
        if column in ("slug", "code", "publisher"):
            return lambda key: alphabetical_key(rows[collection][key][name])
        return lambda key: rows[collection][key][name]
