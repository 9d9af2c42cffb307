"""Columns shared by all lists, and the columns of the report list."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from operator import itemgetter

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sco_cities.core.edtf import recency
from sco_cities.db.pk_queries import InKeys, fetch_columns
from sco_cities.facet_index.facets import Reads, ValueFacet
from sco_cities.facet_index.sorting import (
    BY_NAME,
    SortKey,
    by_column,
    by_count,
    by_name_in,
    by_text,
    by_value,
)
from sco_cities.listings.columns import Column, ComputedColumn
from sco_cities.listings.listing import Listing

from .brief_cells import FieldCell, TextCell
from .briefs import Brief, BriefLine
from .facets import FootnoteCountFacet, footnote_counts
from .filters import ReportFilterSet
from .models import Evidence, Passage, Report, ReportQuerySet


class TimestampColumn(Column):
    """A column of UTC times."""

    meaning = _("time in UTC")


class ItemsColumn(Column):
    """A column of texts that are split into items at semicolons."""

    is_list = True

    def values(self, batch):
        return [
            [item for part in text.split(";") if (item := part.strip())] for text in batch.field(self.source)
        ]


class EDTFColumn(Column):
    """A column of EDTF dates. Pages show the dates in readable form."""

    is_edtf = True
    meaning = _("a date as precise as in the report, in EDTF: 2024-05-17, 2024-05, 2024, or 2024/2029")


class NewestReportColumn(EDTFColumn, ComputedColumn):
    """A column with the dates in the `NewestReportDimension` of the same name."""

    def reads(self, collection):
        return (Reads(collection, dimension=self.name),)

    def values(self, batch):
        return batch.single_values(self.name)


def by_report_date(dimension: str) -> SortKey:
    """Returns the sort key for the dates in a `NewestReportDimension`."""
    return SortKey(facet=ValueFacet(dimension), rank=lambda date, state: recency(date))


# A cited passage, as a tuple of its report's position in date order, the passage number, and the report.
Cited = tuple[int, int, Report]


class CitedColumn(Column):
    """A column with data on the cited passages of published reports."""

    fields = ()
    is_list = True
    is_reference = True
    meaning = _("each report once, oldest first")

    def reads(self, collection):
        return (Reads("reports", records=True),)

    def read(self, batch):
        _cited(batch)


class SourcesColumn(CitedColumn):
    """A column with the cited passages as "REPORT-SLUG#PASSAGE", oldest first.

    The table shows only the number of cited reports.
    """

    is_number = True
    meaning = _("the cited passages as report#number, oldest report first")

    def reads(self, collection):
        return *super().reads(collection), Reads(collection, facet="report_count")

    def index_attributes(self, batch):
        return {"report_count": batch.counts("report_count")}

    def values(self, batch):
        return batch.cell_values(
            (f"{report.slug}#{number}", records) for number, report, records in _records_by_passage(batch)
        )


class SourceAddressesColumn(CitedColumn):
    """A column with the distinct URLs of the cited reports, oldest first."""

    def values(self, batch):
        citing: dict[str, Collection[int]] = {}
        for _number, report, records in _records_by_passage(batch):
            others = citing.get(report.address)
            citing[report.address] = records if others is None else {*others, *records}
        return batch.cell_values(citing.items())


def _records_by_passage(batch) -> list[tuple[int, Report, list[int]]]:
    """Returns the number, the report and the citing records of each visible passage, oldest first."""

    def make():
        cited, passages, records = _cited(batch)
        citing = defaultdict(list)
        for passage, key in zip(passages, records, strict=True):
            citing[passage].append(key)
        visible = {passage: cited[passage] for passage in citing if cited[passage]}
        return [
            (number, report, citing[passage])
            for passage, (_position, number, report) in sorted(visible.items(), key=itemgetter(1))
        ]

    return batch.compute_once("records by passage", make)


def _cited(batch) -> tuple[Mapping[int, Cited | None], list[int], list[int]]:
    """Returns passages by key (None if unpublished), and parallel lists of passage keys and citing record keys."""
    return batch.compute_once("cited", lambda: _read_cited(batch))


def _read_cited(batch):
    content_type = ContentType.objects.get_for_model(batch.listing.indexed_model.model)

    def of_records(among):
        evidence = Evidence.objects.using(batch.using).filter(among("object_id"), content_type=content_type)
        # Duplicate rows are removed, because several footnotes may cite the same passage.
        return evidence.order_by().distinct()

    def read(passages):
        reports, positions = batch.records("reports"), _positions_by_date(batch)
        stored = Passage.objects.using(batch.using).filter(InKeys.of("pk", passages))
        return {
            passage: (positions[report], number, reports[report])
            for passage, report, number in stored.values_list("pk", "report_id", "number")
            if report in positions
        }

    passages, records = fetch_columns(
        batch.keys,
        of_records,
        ["passage_id", "object_id"],
        using=batch.using,
        cache_key=("cited", content_type.pk),
    )()
    # Many records cite the same few passages, so looking up each passage in Python is a third faster than a join.
    return batch.cached_lookup("passages", passages, read), passages, records


def _positions_by_date(batch) -> dict[int, int]:
    """Maps published reports to their positions in date order, oldest first."""
    reports = batch.records("reports")

    def make():
        published = [report for report in reports.values() if report.is_published]
        published.sort(key=lambda r: (r.published_first is None, r.published_first or "", r.slug))
        return {report.pk: position for position, report in enumerate(published)}

    return batch.memoize(("by date", "reports"), (reports,), make)


class DisputedColumn(ComputedColumn):
    """A column that shows whether a published report contradicts the record."""

    json_type = "boolean"
    meaning = _("true if a published report differs from the record")

    def reads(self, collection):
        return (Reads(collection, facet="evidence"),)

    def values(self, batch):
        disputed = batch.disputed_keys()
        return [key in disputed for key in batch.keys]


class FootnotesColumn(ComputedColumn):
    """A column with each report's number of footnotes on published records."""

    is_of_others = True

    def values(self, batch):
        counts = batch.compute_once(self.name, lambda: footnote_counts(batch.state, batch.keys))
        return [counts[report] for report in batch.keys]


SLUG = Column("slug", _("slug"), order=by_text("slug"))
SOURCES = SourcesColumn("sources", _("Reports"), order=by_count("report_count"))
SOURCES_ADDRESSES = SourceAddressesColumn("sources_addresses", _("Addresses of the reports"))
DISPUTED = DisputedColumn("disputed", _("Disputed"), "is_disputed")
UPDATED_AT = TimestampColumn("updated_at", _("Updated"), order=by_column("updated_at"))
# The columns on a record's evidence and last update.
EVIDENCE = (SOURCES, DISPUTED, UPDATED_AT)
NAMES = (
    Column("name_en", _("Name"), order=BY_NAME),
    Column("name_ru", _("Name in Russian"), order=by_name_in("ru")),
    Column("name_zh", _("Name in Chinese"), order=by_name_in("zh")),
)


REPORTS = Listing(
    collection="reports",
    filterset=ReportFilterSet,
    row_queryset=ReportQuerySet.for_listing,
    title=_("Reports"),
    count_label=ngettext_lazy("%(count)s report", "%(count)s reports", "count"),
    columns=(
        SLUG,
        Column("title", _("Title"), order=BY_NAME),
        Column("publisher", _("Publisher"), order=by_text("publisher")),
        EDTFColumn("published_on", _("Published"), order=by_column("published_first")),
        Column("language", _("Language"), order=by_value("language")),
        Column("address", _("Address")),
        Column("accessed_on", _("Accessed")),
        Column("note", _("Note")),
        Column("passages", _("Passages"), "passage_count", order=SortKey("passage_count")),
        FootnotesColumn(
            "footnotes", _("Footnotes"), "footnote_count", order=SortKey(facet=FootnoteCountFacet())
        ),
        UPDATED_AT,
        Column("title_ru", _("Title in Russian")),
        Column("title_zh", _("Title in Chinese")),
        Column("note_ru", _("Note in Russian")),
        Column("note_zh", _("Note in Chinese")),
    ),
    table=("title", "publisher", "published_on", "language", "footnotes"),
    rows_template="sources/_report_rows.html",
    default_sort="-published_on",
    brief=Brief(
        name="title",
        facts=(
            BriefLine(FieldCell("publisher", "en")),
            BriefLine(FieldCell("published_on")),
            BriefLine(FieldCell("language")),
        ),
        values=(
            BriefLine(FieldCell("address"), label=_("Address")),
            BriefLine(TextCell("note", "note"), label=_("Note")),
        ),
    ),
)
