"""The lists of initiatives and of statements about initiatives."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from delegates.facets import of_speaker
from delegates.querysets import StatementQuerySet
from initiatives.templatetags.status import status_label
from sco_cities.core.html import fill_template, join_html
from sco_cities.db.functions import Alphabetical
from sco_cities.facet_index.facets import AttributeFacet, ValueFacet
from sco_cities.facet_index.sorting import (
    BY_NAME,
    SortKey,
    by_choice,
    by_column,
    by_name_in,
    by_record,
    by_value,
)
from sco_cities.i18n.punctuation import brackets, comma, semicolon
from sco_cities.listings.columns import Column, RelatedColumn, RelatedListColumn
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.brief_cells import (
    ColumnCell,
    DateRangeCell,
    FieldCell,
    NamesCell,
    TextCell,
    record_names_html,
)
from sco_cities.sources.briefs import Brief, BriefLine
from sco_cities.sources.columns import (
    EVIDENCE,
    SLUG,
    SOURCES_ADDRESSES,
    EDTFColumn,
    NewestReportColumn,
    by_report_date,
)
from sco_cities.sources.shared_passages import SharedPassageCell, SharedPassageColumn

from .filters import InitiativeFilterSet, StatementFilterSet, together_link
from .list_rows import CITIES, FIELDS, ROW_HTML, THEMES, initiative_rows
from .models import ROLE_LABELS, CityRole, Status


@dataclass(frozen=True)
class StatusCell:
    """Renders the disc and the label of a status."""

    fields = ("status",)

    def __call__(self, batch: RowBatch) -> list[str]:
        return [status_label(status) for status in batch.field("status")]


@dataclass(frozen=True)
class CityRolesCell:
    """Renders the cities by role, each with its country."""

    fields = ()

    def __call__(self, batch: RowBatch) -> list[str]:
        between_cities, between_roles = comma(), semicolon()
        opening, closing = brackets()
        cities, countries = record_names_html(batch, "cities"), record_names_html(batch, "countries")
        published = {key for key, country in batch.records("countries").items() if country.is_published}

        def city_html(city) -> str:
            if city.country_id not in published:
                return cities[city.pk]
            return fill_template("{}{}{}{}", cities[city.pk], opening, countries[city.country_id], closing)

        by_role = []
        for role, label in ROLE_LABELS.items():
            start = fill_template('<span class="secondary">{}</span> ', str(label))
            by_role.append(
                [
                    fill_template("{}{}", start, join_html(between_cities, map(city_html, records)))
                    if records
                    else ""
                    for records in CITIES[role].records(batch)
                ]
            )
        return [join_html(between_roles, filter(None, parts)) for parts in zip(*by_role, strict=True)]


def _cities(role: CityRole, label: str, description: str = "") -> RelatedListColumn:
    return replace(CITIES[role], label=label, description=description, has_points=True)


COUNTRIES = RelatedListColumn("countries", _("Countries"), dimension="countries", of="countries", key="code")
ORGANISATIONS = RelatedListColumn(
    "organisations", _("Organisations"), dimension="organisations", of="organisations"
)
EVENT = RelatedColumn("event", _("Event"), of="events")

LAST_REPORTED = NewestReportColumn(
    "status_reported_on",
    pgettext_lazy("column", "Reported"),
    order=by_report_date("status_reported_on"),
    description=_("Status last reported"),
)

INITIATIVES = Listing(
    collection="initiatives",
    filterset=InitiativeFilterSet,
    title=_("Initiatives"),
    count_label=ngettext_lazy("%(count)s initiative", "%(count)s initiatives", "count"),
    map_template="dashboard/map/_list_map.html",
    note_template="dashboard/charts/_since_start.html",
    columns=(
        SLUG,
        Column("title_en", _("Initiative"), order=BY_NAME),
        Column("title_ru", _("Title in Russian"), order=by_name_in("ru")),
        Column("title_zh", _("Title in Chinese"), order=by_name_in("zh")),
        Column("summary_en", _("Summary")),
        Column("kind", _("Kind"), order=by_value("kind")),
        Column("status", _("Status"), order=by_choice("status", Status)),
        EDTFColumn("starts_on", _("Years"), order=by_column("starts_first"), description=_("Start")),
        EDTFColumn("ends_on", _("End"), order=by_column("ends_last")),
        _cities(CityRole.LEAD, _("Cities"), _("Leading cities")),
        _cities(CityRole.PARTNER, _("Partner cities")),
        _cities(CityRole.REFERENCE, _("Model cities")),
        COUNTRIES,
        ORGANISATIONS,
        replace(THEMES, label=_("Themes")),
        EVENT,
        *EVIDENCE,
        Column("summary_ru", _("Summary in Russian")),
        Column("summary_zh", _("Summary in Chinese")),
        LAST_REPORTED,
        SOURCES_ADDRESSES,
    ),
    table=("title_en", "status", "status_reported_on", "lead_cities", "themes", "starts_on", "sources"),
    rows_template="initiatives/_initiative_rows.html",
    default_sort="-status_reported_on",
    row=initiative_rows,
    row_fields=FIELDS,
    row_html=ROW_HTML,
    brief=Brief(
        name="title",
        facts=(
            BriefLine(StatusCell(), ("status",), is_dated=True),
            BriefLine(FieldCell("kind"), ("kind",)),
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
    summary_page=together_link,
)


@dataclass(frozen=True)
class SpeakerColumn(RelatedColumn):
    """A column with the city, country or organisation of a statement's published speaker."""

    is_of_others = True

    @property
    def fields(self):
        return ("delegate_id",)

    def reads(self, collection):
        return *super().reads(collection), *SPEAKER.reads(collection)

    def read(self, batch):
        super().read(batch)
        batch.records("delegates")

    def keys(self, batch):
        speakers = SPEAKER.records(batch)
        return [getattr(found[0], f"{self.source}_id") if found else None for found in speakers]


class RelatedDateColumn(EDTFColumn, RelatedColumn):
    """A column with a date of a related record."""

    is_of_others = True


SPEAKER = RelatedColumn(
    "delegate", _("Speaker"), of="delegates", order=by_record("delegate", collection="delegates")
)
STATEMENT_EVENT = RelatedColumn(
    "event", _("Event"), of="events", order=by_record("event", collection="events")
)
_ORGANISATION = SpeakerColumn(
    "organisation",
    _("Organisation"),
    of="organisations",
    order=by_record(of_speaker("organisation_id"), collection="organisations"),
)
_CITY = SpeakerColumn(
    "city",
    _("City"),
    of="cities",
    order=by_record(of_speaker("city_id"), collection="cities"),
    has_points=True,
)
_COUNTRY = SpeakerColumn(
    "country",
    _("Country"),
    of="countries",
    key="code",
    order=by_record(of_speaker("country_id"), collection="countries"),
)
_DATE = RelatedDateColumn(
    "date",
    _("Date"),
    "event",
    of="events",
    key="starts_on",
    order=SortKey(facet=AttributeFacet(ValueFacet("event"), "events", "starts_first")),
)
_SAME_PASSAGE = SharedPassageColumn(
    "initiatives", pgettext_lazy("initiatives of a statement", "About"), of="initiatives"
)

STATEMENTS = Listing(
    collection="statements",
    filterset=StatementFilterSet,
    row_queryset=StatementQuerySet.for_link,
    title=_("Statements"),
    count_label=ngettext_lazy("%(count)s statement", "%(count)s statements", "count"),
    columns=(
        SLUG,
        Column("summary", _("Statement"), order=SortKey(Alphabetical("summary"), is_own_column=True)),
        Column("summary_ru", _("Statement in Russian")),
        Column("summary_zh", _("Statement in Chinese")),
        SPEAKER,
        _ORGANISATION,
        _CITY,
        _COUNTRY,
        STATEMENT_EVENT,
        _DATE,
        replace(THEMES, label=_("Themes")),
        _SAME_PASSAGE,
        *EVIDENCE,
        SOURCES_ADDRESSES,
    ),
    table=("summary", "delegate", "event", "date", "sources"),
    rows_template="initiatives/_statement_rows.html",
    default_sort="-date",
    brief=Brief(
        name="summary",
        facts=(
            BriefLine(NamesCell(SPEAKER), ("delegate",)),
            BriefLine(NamesCell(_ORGANISATION)),
            BriefLine(NamesCell(_CITY)),
            BriefLine(NamesCell(_COUNTRY)),
        ),
        values=(
            BriefLine(NamesCell(STATEMENT_EVENT), ("event",)),
            BriefLine(ColumnCell(_DATE), label=_("Date")),
            BriefLine(NamesCell(THEMES), ("themes",)),
            BriefLine(
                SharedPassageCell(_SAME_PASSAGE), label=pgettext_lazy("initiatives of a statement", "About")
            ),
        ),
    ),
)
