"""Columns of the list of initiatives."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from initiatives.templatetags.status import status_label
from sco_cities.facet_index.sorting import BY_NAME, by_choice, by_column, by_name_in, by_value
from sco_cities.listings.columns import Column, RelatedColumn, RelatedListColumn
from sco_cities.listings.listing import Listing
from sco_cities.sources.brief_cells import ChoiceCell, DateRangeCell, NamesCell, TextCell
from sco_cities.sources.briefs import Brief, BriefLine
from sco_cities.sources.columns import (
    DISPUTED,
    SLUG,
    SOURCES,
    SOURCES_ADDRESSES,
    UPDATED_AT,
    EDTFColumn,
    NewestReportColumn,
    by_report_date,
)

from .brief_cells import CityRolesCell, StatusCell
from .filters import InitiativeFilterSet
from .list_rows import CITIES, FIELDS, THEMES, initiative_rows
from .models import CityRole, Status


def _cities(role: CityRole, label: str) -> RelatedListColumn:
    return replace(CITIES[role], label=label, has_points=True)


COUNTRIES = RelatedListColumn("countries", _("Countries"), dimension="countries", of="countries", key="code")
ORGANISATIONS = RelatedListColumn(
    "organisations", _("Organisations"), dimension="organisations", of="organisations"
)
EVENT = RelatedColumn("event", _("Event"), of="events")

LAST_REPORTED = NewestReportColumn(
    "status_reported_on", pgettext_lazy("column", "Reported"), order=by_report_date("status_reported_on")
)

INITIATIVES = Listing(
    collection="initiatives",
    filterset=InitiativeFilterSet,
    title=_("Initiatives"),
    count_label=ngettext_lazy("%(count)s initiative", "%(count)s initiatives", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        Column("title_en", _("Initiative"), order=BY_NAME),
        Column("title_ru", _("Title in Russian"), order=by_name_in("ru")),
        Column("title_zh", _("Title in Chinese"), order=by_name_in("zh")),
        Column("summary_en", _("Summary")),
        Column("kind", _("Kind"), order=by_value("kind")),
        Column("status", _("Status"), order=by_choice("status", Status)),
        EDTFColumn("starts_on", _("Years"), order=by_column("starts_first")),
        EDTFColumn("ends_on", _("Ends"), order=by_column("ends_last")),
        _cities(CityRole.LEAD, _("Cities")),
        _cities(CityRole.PARTNER, _("Partner cities")),
        _cities(CityRole.REFERENCE, _("Reference cities")),
        COUNTRIES,
        ORGANISATIONS,
        replace(THEMES, label=_("Themes")),
        EVENT,
        SOURCES,
        DISPUTED,
        UPDATED_AT,
        Column("summary_ru", _("Summary in Russian")),
        Column("summary_zh", _("Summary in Chinese")),
        LAST_REPORTED,
        SOURCES_ADDRESSES,
    ),
    table=("title_en", "status", "status_reported_on", "lead_cities", "themes", "starts_on", "sources"),
    feed=(
        "status",
        "status_reported_on",
        "lead_cities",
        "partner_cities",
        "reference_cities",
        "themes",
        "starts_on",
        "ends_on",
        "disputed",
    ),
    rows_template="initiatives/_initiative_rows.html",
    default_sort="-status_reported_on",
    row=initiative_rows,
    row_fields=FIELDS,
    brief=Brief(
        name="title",
        facts=(
            BriefLine(StatusCell(), ("status",), is_dated=True, choice=status_label),
            BriefLine(ChoiceCell("kind"), ("kind",)),
            BriefLine(DateRangeCell(), ("starts_on", "ends_on")),
        ),
        text=BriefLine(TextCell("summary"), ("summary_en", "summary_ru", "summary_zh")),
        values=(
            BriefLine(CityRolesCell(), ("cities",)),
            BriefLine(NamesCell(COUNTRIES), ("countries",)),
            BriefLine(NamesCell(ORGANISATIONS), ("organisations",)),
            BriefLine(NamesCell(THEMES), ("themes",)),
            BriefLine(NamesCell(EVENT), ("event",)),
        ),
    ),
    other_pages=(("matrix", _("Matrix")),),
)
