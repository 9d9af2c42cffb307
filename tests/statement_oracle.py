"""The part of the SQL oracle for the speakers of statements and the initiatives in the same passages."""

from collections.abc import Callable


class StatementOracle:
    """Values and sort keys of statements, from the rows of an `Oracle`."""

    def __init__(self, oracle):
        self.rows, self.published = oracle.rows, oracle.published
        self.support, self.passages = oracle.support, oracle.passages

    def values(self, column: Callable, in_countries: Callable) -> dict[str, Callable[[int], set]]:
        """The values of each filter that only statements have."""
        city, country = self.of_speaker("city_id"), self.of_speaker("country_id")
        return {
            "delegate": column("statements", "delegate_id"),
            "city": city,
            "country": lambda key: in_countries(city(key), country(key)),
            "organisation": self.of_speaker("organisation_id"),
            "event": column("statements", "event_id"),
            "initiative": self.initiatives,
            "initiative_status": self.statuses,
            "language": self.languages,
        }

    def ranks(self, sort_key: Callable[[str], bytes]) -> dict[tuple[str, str], Callable]:
        """The sort keys of the columns about the speaker and the date, for `Oracle.rank`."""
        of_speaker = {
            ("statements", name): lambda other=other, name=name: self.name_of(other, f"{name}_id", sort_key)
            for name, other in (
                ("organisation", "organisations"),
                ("city", "cities"),
                ("country", "countries"),
            )
        }
        return {**of_speaker, ("statements", "date"): lambda: self.date}

    def passages_of(self, collection: str, key: int) -> set[int]:
        """The passages of published reports that support a record."""
        cited = self.support[collection, key]
        return {passage for passage in cited if self.passages[passage] in self.published["reports"]}

    def initiatives(self, key: int) -> set[int]:
        """The published initiatives that have a supporting passage in common with a statement."""
        passages = self.passages_of("statements", key)
        return {
            initiative
            for initiative in self.published["initiatives"]
            if passages & self.passages_of("initiatives", initiative)
        }

    def statuses(self, key: int) -> set[str]:
        return {self.rows["initiatives"][initiative]["status"] for initiative in self.initiatives(key)}

    def languages(self, key: int) -> set[str]:
        """The languages of the published reports that support a statement."""
        reports = {self.passages[passage] for passage in self.passages_of("statements", key)}
        return {self.rows["reports"][report]["language"] for report in reports}

    def of_speaker(self, column: str) -> Callable[[int], set]:
        """Returns a function that looks up a column of the published speaker of a statement."""

        def value(key: int) -> set:
            speaker = self.rows["statements"][key]["delegate_id"]
            if speaker not in self.published["delegates"]:
                return set()
            return {self.rows["delegates"][speaker][column]} - {None}

        return value

    def date(self, key: int):
        """The first day of the published event of a statement, or None if it has no such event."""
        event = self.rows["statements"][key]["event_id"]
        return self.rows["events"][event]["starts_first"] if event in self.published["events"] else None

    def name_of(self, collection: str, column: str, sort_key: Callable) -> Callable[[int], object]:
        """The sort key of the name of the published speaker's city, country or organisation, if published."""

        def value(key: int):
            related = next(iter(self.of_speaker(column)(key)), None)
            is_published = related in self.published[collection]
            return sort_key(self.rows[collection][related]["name_en"]) if is_published else None

        return value
