"""Columns that the lists of every kind of record share, and the list of reports."""

from collections import defaultdict
from collections.abc import Container, Mapping
from operator import itemgetter

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from sco_cities.core.edtf import in_words
from sco_cities.db.columnar_query import Among, read_columns_among
from sco_cities.facet_index.sorting import (  # fmt: skip
    BY_NAME,
    By,
    by_column,
    by_count,
    by_name_in,
    by_text,
    by_value,
)
from sco_cities.listings.columns import Column, Dated, Time
from sco_cities.listings.listing import Listing

from .brief_cells import Day, Language, Plain
from .briefs import Brief, Line
from .facets import EvidenceLevels
from .filters import ReportFilters
from .models import Evidence, Passage, Report


class Date(Dated):
    """A column of dates in EDTF, which people read in words."""

    def word(self, value):
        return in_words(value)


class Sources(Column):
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
            stored = Passage.objects.using(block.using).filter(Among.of("pk", passages))
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


class Disputed(Column):
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
            return block.state.facet(block.listing.collection, EvidenceLevels())["disputed"]
        found = block.listing.records().disputed().filter(pk__in=block.keys)
        return block.once(self.name, lambda: set(found.values_list("pk", flat=True)))


SLUG = Column("slug", _("slug"), order=by_text("slug"))
SOURCES = Sources("sources", _("Reports"), order=by_count("report_count"))
DISPUTED = Disputed("disputed", _("Disputed"))
UPDATED_AT = Time("updated_at", _("Updated"), order=by_column("updated_at"))
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
        Date("published_on", _("Published"), order=by_column("published_first")),
        Column("language", _("Language"), order=by_value("language")),
        Column("address", _("Address")),
        Column("accessed_on", _("Accessed")),
        Column("note", _("Note")),
        Column("passages", _("Passages"), "passage_count", order=By("passage_count")),
        Column("footnotes", _("Footnotes"), "footnote_count", order=By("footnote_count")),
        UPDATED_AT,
    ),
    table=("title", "publisher", "published_on", "language", "footnotes"),
    rows_template="sources/_report_rows.html",
    default_sort="-published_on",
    brief=Brief(
        name="title",
        facts=(
            Line(Plain("publisher")),
            Line(Day("published_on")),
            Line(Language()),
        ),
        values=(Line(Plain("address", ""), label=_("Address")), Line(Plain("note"), label=_("Note"))),
    ),
)
