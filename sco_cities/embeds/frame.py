"""An iframe with an embed for other sites, and the facts of a record in embeds and share pictures.

The frame has a URL, a size, and HTML code to copy. Facts are never worded more definitely than on the record's page.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.list_rows import CITIES
from initiatives.models import CityRole, Initiative
from sco_cities.cities.models import City, Country
from sco_cities.core.edtf import format_date
from sco_cities.core.localized_names import Localized, localized
from sco_cities.core.templatetags.dates import date_range
from sco_cities.dashboard.charts.drawings import DRAWINGS
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import with_label
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.registered_functions import AS_OF
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

    `facts` are the short texts of the intro on the record's page. Only initiatives have a `status`, `reported_on` (the
    EDTF date of the newest report that supports the status, or "") and `cities` by role. `report_count` is the number
    of supporting reports. The count is 0 for reference data, which need no report.
    """

    record: Record
    title: str
    facts: list[str]
    status: str = ""
    reported_on: str = ""
    cities: dict[CityRole, list[Localized]] = field(default_factory=dict)
    report_count: int = 0
    is_disputed: bool = False


# The record's list, index state and summary, and the release that the summary is from, or None.
ShownSummary = tuple[SearchableList, IndexState, RecordSummary, Release | None]


@contextmanager
def summary_of(collection: str, slug: str, params: QueryDict | None = None) -> Iterator[ShownSummary]:
    """Yields the summary and the index state of the record with a current or former slug. 404 if it is unpublished.

    If `params` contain the date of a release, uses the record with this slug in the release. Raises NotInRelease if the
    release has no such record.
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
        yield kind, state, summaries[0], release


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
            # A release does not contain unpublished countries, so the country may be missing.
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
    """Returns the name of the city or, if there is no city, of the country."""
    return _names(record.city, record.country)[:1]


# The width in CSS pixels. Every embed also fits into narrower frames down to 280 px. Longer content scrolls.
WIDTH = 600
RECORD, LIST, MAP, STATUS = "record", "list", "map", "status"
HEIGHTS = {RECORD: 260, LIST: 700, MAP: 640, STATUS: 560, **dict.fromkeys(DRAWINGS, 560)}
# The forms of embeds for lists of initiatives. Lists of other records can be embedded only as rows.
FORM_LABELS = {LIST: _("List"), MAP: _("Map"), STATUS: _("Status")}
FORM_LABELS |= {name: label for name, (label, _draw) in DRAWINGS.items()}
# The code is as short as possible, because people paste it into forms that may limit the number of characters. The
# inline style is needed because other sites do not load our style sheet. This site only displays the code as text.
_CODE = '<iframe src="{}" title="{}" width="{}" height="{}" style="border:0;max-width:100%" loading="lazy"></iframe>'


@dataclass(frozen=True)
class Frame:
    """An embed of form `kind`, with its title and absolute URLs of the embed, the full page and the share picture.

    An embed of a `release` has no share picture, because share pictures show current data.
    """

    kind: str
    title: str
    url: str
    page: str
    picture: str = ""
    release: Release | None = None

    @property
    def height(self) -> int:
        """The height in CSS pixels, which is sufficient for most embeds of this kind."""
        return HEIGHTS[self.kind]

    @property
    def code(self) -> str:
        """The HTML code to copy."""
        return self.code_within(WIDTH, self.height)

    def code_within(self, width: int, height: int) -> str:
        """Returns the HTML code for a frame of this size, unescaped."""
        return _CODE.format(escape(self.url), escape(self.title), width, height)


def with_release(query: str, release: Release | None) -> str:
    """Adds the date of a release, if any, to the query string."""
    return f"{query}{'&' if query else '?'}{AS_OF}={release.date}" if release else query


def record_frame(request: HttpRequest, summary: RecordSummary, release: Release | None = None) -> Frame:
    """Returns the frame for a record's card, with data from a release or the current data."""
    record, query = summary.record, with_release("", release)
    names = [record.collection, record.slug]
    return Frame(
        RECORD,
        str(summary.title),
        request.build_absolute_uri(reverse("embed-record", args=names)) + query,
        request.build_absolute_uri(record.get_absolute_url()) + query,
        "" if release else request.build_absolute_uri(reverse("share-record", args=names)),
        release,
    )


def list_frame(
    request: HttpRequest, list_query: ListQuery, kind: str = LIST, release: Release | None = None
) -> Frame:
    """Returns the frame for a list.

    `kind` selects the first rows or, for initiatives, the map, the statuses or a chart. The full page of a list in a
    release is the page of the release.
    """
    names, query = [list_query.listing.collection], list_query.export_query
    page = {MAP: "map", **dict.fromkeys(DRAWINGS, "themes-list")}.get(kind, f"{names[0]}-list")
    section = f"#{kind}" if kind in DRAWINGS else ""
    embed = reverse("embed-list", args=names) if kind == LIST else reverse(f"embed-{kind}")
    full_page = release.get_absolute_url() if release else reverse(page) + query + section
    return Frame(
        kind,
        frame_title(list_query, kind),
        request.build_absolute_uri(embed) + with_release(query, release),
        request.build_absolute_uri(full_page),
        "" if release else request.build_absolute_uri(reverse("share-list", args=names)) + query,
        release,
    )


def frame_title(list_query: ListQuery, kind: str) -> str:
    """Returns the title of an embedded list, map, status table or chart."""
    return list_query.heading if kind == LIST else with_label(FORM_LABELS[kind], list_query.heading)
