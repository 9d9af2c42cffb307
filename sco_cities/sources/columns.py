"""Columns that the lists of every kind of record share, and the list of reports."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sco_cities.browse.columns import Alphabetical, Column, Listing

from .filters import ReportFilters
from .models import Report, Stance


def _sources(record) -> list[str]:
    """Each passage that the record's evidence names, as report-slug#passage."""
    return list(dict.fromkeys(str(item.passage) for item in record.evidence.all()))


def _is_disputed(record) -> bool:
    return any(item.stance == Stance.DIFFERS for item in record.evidence.all())


def named(name: str, label, key: str = "slug", **options) -> Column:
    """A column with the record that the field `name` names, by its `key`; empty while readers cannot see it."""

    def seen(record):
        other = getattr(record, name)
        return other if other and other.is_published else None

    return Column(name, label, lambda r: getattr(seen(r), key, ""), lambda r: str(seen(r) or ""), **options)


def all_named(name: str, label, key: str = "slug") -> Column:
    """A column with the records that the field `name` names, which the list has read beforehand."""
    return Column(
        name,
        label,
        lambda r: [getattr(other, key) for other in getattr(r, name).all()],
        lambda r: [str(other) for other in getattr(r, name).all()],
    )


SLUG = Column("slug", _("slug"), lambda record: record.slug, order=("slug",))
SOURCES = Column("sources", _("Reports"), _sources, order=("report_count",))
DISPUTED = Column("disputed", _("Disputed"), _is_disputed)
UPDATED_AT = Column("updated_at", _("Updated"), lambda record: record.updated_at, order=("updated_at",))
NAMES = (
    Column("name_en", _("Name"), lambda record: record.name_en, order=(Alphabetical("name_en"),)),
    Column("name_ru", _("Name in Russian"), lambda record: record.name_ru),
    Column("name_zh", _("Name in Chinese"), lambda record: record.name_zh),
)

REPORTS = Listing(
    collection="reports",
    filterset=ReportFilters,
    for_page=lambda: Report.objects.published().for_listing(),
    for_export=lambda: Report.objects.published().for_listing(),
    title=_("Reports"),
    counted=ngettext_lazy("%(count)s report", "%(count)s reports", "count"),
    columns=(
        SLUG,
        Column("title", _("Title"), lambda report: report.title, order=(Alphabetical("title"),)),
        Column(
            "publisher",
            _("Publisher"),
            lambda report: report.publisher,
            order=(Alphabetical("publisher"), Alphabetical("title")),
        ),
        Column(
            "published_on", _("Published"), lambda report: report.published_on, order=("published_first",)
        ),
        Column("language", _("Language"), lambda report: report.language, order=("language",)),
        Column("address", _("Address"), lambda report: report.address),
        Column("accessed_on", _("Accessed"), lambda report: report.accessed_on),
        Column("note", _("Note"), lambda report: report.note),
        Column("passages", _("Passages"), lambda report: report.passage_count, order=("passage_count",)),
        Column("footnotes", _("Footnotes"), lambda report: report.footnote_count, order=("footnote_count",)),
        UPDATED_AT,
    ),
    table=("title", "publisher", "published_on", "language", "footnotes"),
    rows_template="sources/_report_rows.html",
    default_sort="-published_on",
)
