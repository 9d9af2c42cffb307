"""Columns that the lists of every kind of record share, and the list of reports."""

from collections import defaultdict
from collections.abc import Container, Mapping
from operator import itemgetter

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from sco_cities.core.edtf import format_date
from sco_cities.db.columnar_query import InKeys, read_columns_among
from sco_cities.facet_index.sorting import (
    BY_NAME,
    SortKey,
    by_column,
    by_count,
    by_name_in,
    by_text,
    by_value,
)
from sco_cities.listings.columns import Column, DateColumn, TimestampColumn
from sco_cities.listings.listing import Listing

from .brief_cells import DateCell, LanguageCell, PlainCell
from .briefs import Brief, BriefLine
from .facets import EvidenceLevelsFacet
from .filters import ReportFilters
from .models import Evidence, Passage, Report


class DateColumn(DateColumn):
    """A column of dates in EDTF, which people read in words."""

    def word(self, value):
        return format_date(value)


class SourcesColumn(Column):
    """A column with each passage that a record's evidence names, as report-slug#passage, the oldest first."""

    def numbers(self, block):
        return {"report_count": block.tally("report_count")}

    is_reference = True

    @property
    def fields(self):
        return ()

    def read(self, block):
        self._cited(block)

    def values(self, block):
        told, passages, records = self._cited(block)
        cited = defaultdict(list)
        for passage, key in zip(passages, records, strict=True):
            cited[passage].append(key)
        told = {passage: told[passage] for passage in cited if told[passage]}
        return block.listed(
            (f"{slug}#{number}", cited[passage])
            for passage, (_date, slug, number) in sorted(told.items(), key=itemgetter(1))
        )

    def _cited(self, block) -> tuple[Mapping[int, tuple[int, str, int] | None], list[int], list[int]]:
        """What readers see of passages (the report's place by date, its slug, the number); passages and records."""
        return block.once(self.name, lambda: self._read_cited(block))

    def _read_cited(self, block):
        about = ContentType.objects.get_for_model(block.listing.kind.model)

        def of_records(among):
            evidence = Evidence.objects.using(block.using).filter(among("object_id"), content_type=about)
            # By passage, not by evidence: several footnotes may name the same one.
            return evidence.order_by().distinct()

        def read(passages):
            reports, places = block.records("reports"), _places_by_date(block)
            stored = Passage.objects.using(block.using).filter(InKeys.of("pk", passages))
            return {
                passage: (places[report], reports[report].slug, number)
                for passage, report, number in stored.values_list("pk", "report_id", "number")
                if report in places
            }

        passages, records = read_columns_among(
            block.keys, of_records, ["passage_id", "object_id"], using=block.using, called=("cited", about.pk)
        )
        # Looked up apart, since few passages are named by many records: that takes two thirds of joining them.
        return block.known("passages", passages, read), passages, records


def _places_by_date(block) -> dict[int, int]:
    """The places of the published reports, the oldest first."""
    reports = block.records("reports")

    def make():
        known = [report for report in reports.values() if report.is_published]
        known.sort(key=lambda r: (r.published_first is None, r.published_first or "", r.slug))
        return {report.pk: place for place, report in enumerate(known)}

    return block.state.remember(("by date", "reports"), (reports,), make) if block.state else make()


class DisputedColumn(Column):
    """A column that says whether a published report tells something else than the record."""

    def numbers(self, block):
        return {"is_disputed": self.values(block)}

    @property
    def fields(self):
        return ()

    def read(self, block):
        self._disputed(block)

    def word(self, value):
        return gettext("yes") if value else ""

    def values(self, block):
        disputed = self._disputed(block)
        return [key in disputed for key in block.keys]

    def _disputed(self, block) -> Container[int]:
        if block.state is not None:
            return block.state.facet(block.listing.collection, EvidenceLevelsFacet())["disputed"]
        found = block.listing.records().disputed().filter(pk__in=block.keys)
        return block.once(self.name, lambda: set(found.values_list("pk", flat=True)))


SLUG = Column("slug", _("slug"), order=by_text("slug"))
SOURCES = SourcesColumn("sources", _("Reports"), order=by_count("report_count"))
DISPUTED = DisputedColumn("disputed", _("Disputed"))
UPDATED_AT = TimestampColumn("updated_at", _("Updated"), order=by_column("updated_at"))
NAMES = (
    Column("name_en", _("Name"), order=BY_NAME),
    Column("name_ru", _("Name in Russian"), order=by_name_in("name", "ru")),
    Column("name_zh", _("Name in Chinese"), order=by_name_in("name", "zh")),
)


REPORTS = Listing(
    collection="reports",
    filterset=ReportFilters,
    for_page=lambda: Report.objects.published().for_listing(),
    for_rows=lambda: Report.objects.published().for_listing(),
    title=_("Reports"),
    counted=ngettext_lazy("%(count)s report", "%(count)s reports", "count"),
    columns=(
        SLUG,
        Column("title", _("Title"), order=BY_NAME),
        Column("publisher", _("Publisher"), order=by_text("publisher")),
        DateColumn("published_on", _("Published"), order=by_column("published_first")),
        Column("language", _("Language"), order=by_value("language")),
        Column("address", _("Address")),
        Column("accessed_on", _("Accessed")),
        Column("note", _("Note")),
        Column("passages", _("Passages"), "passage_count", order=SortKey("passage_count")),
        Column("footnotes", _("Footnotes"), "footnote_count", order=SortKey("footnote_count")),
        UPDATED_AT,
    ),
    table=("title", "publisher", "published_on", "language", "footnotes"),
    rows_template="sources/_report_rows.html",
    default_sort="-published_on",
    brief=Brief(
        name="title",
        facts=(
            BriefLine(PlainCell("publisher")),
            BriefLine(DateCell("published_on")),
            BriefLine(LanguageCell()),
        ),
        values=(
            BriefLine(PlainCell("address", ""), label=_("Address")),
            BriefLine(PlainCell("note"), label=_("Note")),
        ),
    ),
)
