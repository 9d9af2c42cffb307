"""The facts of a record in embeds and share pictures. They are worded as on its page, never more definitely."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from django.http import QueryDict

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.list_rows import CITIES
from initiatives.models import CityRole, Initiative
from sco_cities.cities.models import City, Country
from sco_cities.core.edtf import format_date
from sco_cities.core.localized_names import Localized, localized
from sco_cities.core.templatetags.dates import date_range
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.row_batch import RowBatch
from sco_cities.releases.released_index import NotInRelease, embedded_state
from sco_cities.releases.stored_releases import Release
from sco_cities.search.searchable_lists import COLLECTIONS, SearchableList, kind_or_404
from sco_cities.sources.base_models import Record
from sco_cities.sources.columns import DISPUTED
from sco_cities.sources.models import Report
from sco_cities.sources.views import published_record
from sco_cities.themes.models import Theme


@dataclass(frozen=True)
class RecordSummary:
    """A published record with a few facts about it.

    `facts` are the short texts of the intro on its page. Only initiatives have a `status`, `reported_on` (the EDTF
    date of the newest report that supports the status, or "") and `cities` by role. `report_count` is the number of
    supporting reports. It is 0 for reference data, which need no report.
    """

    record: Record
    title: str
    facts: list[str]
    status: str = ""
    reported_on: str = ""
    cities: dict[CityRole, list[Localized]] = field(default_factory=dict)
    report_count: int = 0
    is_disputed: bool = False


class ShownSummary(NamedTuple):
    """The summary of a record, with the index state that it comes from, and the release of a past state."""

    kind: SearchableList
    state: IndexState
    summary: RecordSummary
    release: Release | None


@contextmanager
def summary_of(collection: str, slug: str, params: QueryDict | None = None) -> Iterator[ShownSummary]:
    """Yields the record with a current or former slug. 404 if it is not published.

    If `params` contain the day of a release, the record is the one with this slug in the release. Raises NotInRelease
    if there is none.
    """
    kind = kind_or_404(collection)
    with embedded_state(params or QueryDict(), *COLLECTIONS) as (state, release):
        if release:
            records = state.index(collection).records
            keys = [key for key, record in records.items() if record.slug == slug.lower()]
        else:
            keys = [published_record(kind.model, slug).pk]
        summaries = record_summaries(kind, keys, state)
        if not summaries:
            raise NotInRelease(slug)
        yield ShownSummary(kind, state, summaries[0], release)


def record_summaries(kind: SearchableList, keys: list[int], state: IndexState) -> list[RecordSummary]:
    """Summaries of the records with these keys, in the same order."""
    records = kind.records(keys, state)
    batch = RowBatch(kind.listing, state, [record.pk for record in records], ())
    counts = disputes = [0] * len(records)
    if kind.model.must_be_sourced and DISPUTED in kind.listing.columns:
        counts, disputes = batch.counts("report_count"), DISPUTED.values(batch)
    of_initiatives = _of_initiatives(batch) if kind.model is Initiative else [{}] * len(records)
    return [
        RecordSummary(
            record,
            record.name,
            [fact for fact in _facts(record) if fact],
            report_count=count,
            is_disputed=bool(is_disputed),
            **others,
            **({"status": record.status} if others else {}),
        )
        for record, count, is_disputed, others in zip(records, counts, disputes, of_initiatives, strict=True)
    ]


def _of_initiatives(batch: RowBatch) -> list[dict]:
    by_role = {role: CITIES[role].records(batch) for role in CityRole}
    return [
        {
            "reported_on": reported_on,
            "cities": {role: [city.name for city in by_role[role][place]] for role in CityRole},
        }
        for place, reported_on in enumerate(batch.single_values("status_reported_on"))
    ]


def _facts(record: Record) -> list[str]:
    match record:
        case Initiative():
            return [record.get_kind_display(), date_range(record.starts_on, record.ends_on)]
        case City():
            # A release does not contain an unpublished country.
            return _names(getattr(record, "country", None))
        case Country():
            return [record.get_sco_role_display()]
        case Delegate():
            return [localized(record, "role"), *_names(record.organisation), *_place(record)]
        case Organisation():
            return [record.get_kind_display(), *_place(record)]
        case Event():
            when = date_range(record.starts_on, record.ends_on)
            return [record.get_kind_display(), when, *_names(record.host_city)]
        case Theme():
            return [record.get_pillar_display()]
        case Statement():
            return _names(record.delegate, record.event)
        case Report():
            return [Localized(record.publisher, "en"), format_date(record.published_on)]
    return []


def _names(*records: Record | None) -> list[Localized]:
    return [record.name for record in records if record and record.is_published]


def _place(record: Delegate | Organisation) -> Iterable[Localized]:
    """The name of the city or, if there is no city, of the country."""
    return _names(record.city, record.country)[:1]
