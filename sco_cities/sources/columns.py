"""Columns that the lists of every kind of record share, and the list of reports."""

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, CharField, Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sco_cities.browse.cells import AsText, Joined
from sco_cities.browse.columns import Column, Dated, Number, Time
from sco_cities.browse.columnwise import Among, read_columns
from sco_cities.browse.listing import Listing
from sco_cities.browse.sorting import (
    BY_NAME,
    Alphabetical,
    By,
    by_column,
    by_count,
    by_text,
    by_value,
)  # fmt: skip

from .facets import EvidenceLevels
from .filters import ReportFilters
from .models import Evidence, Passage, Report, Stance


def _evidence_of(model):
    return Evidence.objects.from_published_reports().filter(
        content_type=ContentType.objects.get_for_model(model), object_id=OuterRef("pk")
    )


class Sources(Column):
    """A column with each passage that a record's evidence names, as report-slug#passage, the oldest first."""

    def numbers(self, block):
        return {"report_count": block.tally("report_count")}

    is_reference = True

    @property
    def fields(self):
        return ()

    def values(self, block):
        evidence = Evidence.objects.using(block.using).filter(
            content_type=ContentType.objects.get_for_model(block.listing.kind.model),
            object_id__in=Among.of(block.keys),
        )
        # By passage, not by evidence: several footnotes may name the same one.
        named = evidence.order_by().distinct()
        columns = read_columns(named, ["passage__report_id", "passage__number", "object_id"])
        places, reports = _places_by_date(block), block.records("reports")
        cited = defaultdict(list)
        for report, number, key in zip(*columns, strict=True):
            if report in places:
                cited[places[report], number, report].append(key)
        return block.listed(
            (f"{reports[report].slug}#{number}", cited[place, number, report])
            for place, number, report in sorted(cited)
        )

    def cell(self, listing):
        # By passage, not by evidence: several footnotes may name the same one.
        cited = Evidence.objects.filter(
            content_type=ContentType.objects.get_for_model(listing.kind.model),
            object_id=OuterRef(OuterRef("pk")),
        )
        passages = Passage.objects.filter(pk__in=cited.values("passage"), report__state="published")
        joined = Joined(
            Concat("report__slug", Value("#"), Cast("number", CharField())),
            F("report__published_first").asc(nulls_last=True),
            Alphabetical("report__slug"),
            F("number"),
        )
        return Subquery(passages.order_by().values(_all=Value(1)).annotate(_cell=joined).values("_cell"))


def _places_by_date(block) -> dict[int, int]:
    """The places of the published reports, the oldest first."""
    reports = block.records("reports")

    def make():
        known = [report for report in reports.values() if report.is_published]
        known.sort(key=lambda r: (r.published_first is None, r.published_first or "", r.slug))
        return {report.pk: place for place, report in enumerate(known)}

    return block.state.remember(("by date", "reports"), (reports,), make) if block.state else make()


class Disputed(Column):
    """A column that says whether a published report tells something else than the record."""

    def numbers(self, block):
        return {"is_disputed": self.values(block)}

    @property
    def fields(self):
        return ()

    def values(self, block):
        if block.state is None:
            disputed = set(
                block.listing.records().disputed().filter(pk__in=block.keys).values_list("pk", flat=True)
            )
        else:
            disputed = block.state.facet(block.listing.collection, EvidenceLevels())["disputed"]
        return [key in disputed for key in block.keys]

    def cell(self, listing):
        differing = _evidence_of(listing.kind.model).filter(stance=Stance.DIFFERS)
        return AsText(Exists(differing, output_field=BooleanField()))


SLUG = Column("slug", _("slug"), order=by_text("slug"))
SOURCES = Sources("sources", _("Reports"), order=by_count("report_count"))
DISPUTED = Disputed("disputed", _("Disputed"))
UPDATED_AT = Time("updated_at", _("Updated"), order=by_column("updated_at"))
NAMES = (
    Column("name_en", _("Name"), order=BY_NAME),
    Column("name_ru", _("Name in Russian")),
    Column("name_zh", _("Name in Chinese")),
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
        Dated("published_on", _("Published"), order=by_column("published_first")),
        Column("language", _("Language"), order=by_value("language")),
        Column("address", _("Address")),
        Number("accessed_on", _("Accessed")),
        Column("note", _("Note")),
        Number("passages", _("Passages"), "passage_count", order=By("passage_count")),
        Number("footnotes", _("Footnotes"), "footnote_count", order=By("footnote_count")),
        UPDATED_AT,
    ),
    table=("title", "publisher", "published_on", "language", "footnotes"),
    rows_template="sources/_report_rows.html",
    default_sort="-published_on",
)
