"""QuerySets of organisations, events, delegates, attendances and statements.

A delegate's role is dated by the years in brackets in its text or, if it has none, by the newest supporting report.
"""

import re
from collections.abc import Iterable

from django.db.models import F, Prefetch, QuerySet

from sco_cities.core import edtf
from sco_cities.core.publication_state import VISIBLE
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.models import Evidence
from sco_cities.sources.querysets import RecordQuerySet
from sco_cities.sources.related_records import RelatedRecords, list_url, shown_of
from sco_cities.themes.models import Theme


def published_themes() -> Prefetch:
    """Returns a Prefetch that reads the published themes of all records with one query."""
    return Prefetch("themes", Theme.objects.published().order_by("name_en"))


class OrganisationQuerySet(RecordQuerySet):
    """Queries on organisations."""

    def for_mention(self):
        """Sorts organisations in the order used on pages that mention them."""
        return self.order_by("name_en")

    def for_record_page(self):
        return self.select_related("city", "country")


class EventQuerySet(RecordQuerySet):
    """Queries on events."""

    def for_mention(self):
        """Sorts events by date, and loads their host cities."""
        return self.select_related("host_city").order_by(F("starts_first").asc(nulls_last=True), "slug")

    def for_record_page(self):
        return self.select_related("host_city__country", "parent").prefetch_related(published_themes())


class DelegateQuerySet(RecordQuerySet):
    """Queries on delegates."""

    def for_mention(self):
        """Sorts delegates in the order used on pages that mention them, and loads their organisations."""
        return self.select_related("organisation").order_by("name_en")

    def newest_related(self, state: IndexState, filter_name: str, record: Record) -> RelatedRecords:
        """Returns the delegates that the filter `filter_name` finds for a record. The newest roles come first."""
        keys = newest_first(state, state.filter_keys("delegates", filter_name, record.pk))
        records = self.for_mention().in_bulk(keys[: shown_of(len(keys))])
        shown = [records[key] for key in keys if key in records]
        return RelatedRecords(shown, len(keys), list_url(self.model, **{filter_name: record.slug}))

    def for_record_page(self):
        return self.select_related("organisation", "city", "country")


class AttendanceQuerySet(QuerySet):
    """Queries on attendances."""

    def for_event_page(self):
        """Selects attendances of published delegates, ordered by name."""
        attended = self.filter(delegate__state=VISIBLE).select_related("delegate__organisation")
        return attended.order_by("delegate__name_en", "delegate__slug")

    def for_delegate_page(self):
        """Selects attendances at published events, newest first, with the evidence of the events."""
        evidence = Evidence.objects.from_published_reports().filter(field__in=("attendances", WHOLE))
        return (
            self.filter(event__state=VISIBLE)
            .select_related("event__host_city")
            .prefetch_related(Prefetch("event__evidence", evidence.for_notes()))
            .order_by(F("event__starts_first").desc(nulls_last=True), "event__slug")
        )


class StatementQuerySet(RecordQuerySet):
    """Queries on statements."""

    def for_mention(self):
        """Loads delegate, event, themes, figures and footnotes. Sorts statements by event, newest first."""
        return (
            self.for_link()
            .prefetch_related(published_themes(), "figures")
            .with_sources()
            .order_by(F("event__starts_first").desc(nulls_last=True), "slug")
        )

    def for_link(self):
        """Loads the records whose pages show the statement."""
        return self.select_related("delegate", "event")

    def for_record_page(self):
        return self.for_link()


# Only years in brackets are used, as in "Mayor (2015-2016)". Other numbers may be part of a name such as "Expo 2030".
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def years(role: str) -> list[str]:
    """Returns the years in brackets in the text of a role."""
    return _YEAR.findall(" ".join(_IN_BRACKETS.findall(role)))


def role_dates(state: IndexState) -> dict[int, str]:
    """Maps delegates' keys to the dates of the newest reports that support their roles."""
    by_date = state.dimension("delegates", "role_reported_on")
    return state.memoize(
        ("role dates",), (by_date,), lambda: {key: date for date, keys in by_date.items() for key in keys}
    )


def newest_first(state: IndexState, keys: Iterable[int]) -> list[int]:
    """Sorts delegates by the date of their role, newest first, and then by name."""
    records, dates = state.index("delegates").records, role_dates(state)

    def recency(key: int) -> tuple[int, int]:
        date = max(years(records[key].role), default=dates.get(key, ""))
        return edtf.recency(date) if date else (0, 0)

    by_name = sorted(keys, key=lambda key: records[key].name_en)
    return sorted(by_name, key=recency, reverse=True)
