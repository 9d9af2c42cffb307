"""The lists of organisations, events and delegates."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from sco_cities.cities.columns import COUNTRY
from sco_cities.facet_index.sorting import by_column, by_count, by_record, by_text, by_value
from sco_cities.listings.columns import Column, CountColumn, ItemsColumn, RelatedColumn, RelatedListColumn
from sco_cities.listings.listing import Listing
from sco_cities.sources.brief_cells import ChoiceCell, CountCell, DateRangeCell, NamesCell, TextCell
from sco_cities.sources.briefs import Brief, BriefLine, RelatedLine
from sco_cities.sources.columns import (
    BY_NAME,
    DISPUTED,
    NAMES,
    SLUG,
    SOURCES,
    SOURCES_ADDRESSES,
    UPDATED_AT,
    EDTFColumn,
)

from .brief_cells import AttendedEventsCell, delegate_statements
from .filters import DelegateFilterSet, EventFilterSet, OrganisationFilterSet
from .querysets import DelegateQuerySet, EventQuerySet, OrganisationQuerySet

_CITY = RelatedColumn(
    "city",
    _("City"),
    of="cities",
    order=by_record("city", collection="cities"),
    has_points=True,
)
_HOST = RelatedColumn(
    "host_city",
    _("Host city"),
    of="cities",
    order=by_record("city", collection="cities"),
    has_points=True,
)
_PARENT = RelatedColumn("parent", _("Part of"), of="events")
_EVENT_THEMES = RelatedListColumn("themes", _("Themes"), dimension="themes", of="themes")
_ATTENDEES = CountColumn("delegates", _("Delegates"), "attendance_count", order=by_count("attendance_count"))
_OFFICE = RelatedColumn(
    "organisation",
    _("Organisation"),
    of="organisations",
    order=by_record("organisation", collection="organisations"),
)
_PLACES = (BriefLine(NamesCell(_CITY), ("city",)), BriefLine(NamesCell(COUNTRY), ("country",)))

ORGANISATIONS = Listing(
    collection="organisations",
    filterset=OrganisationFilterSet,
    row_queryset=OrganisationQuerySet.for_record_page,
    title=_("Organisations"),
    count_label=ngettext_lazy("%(count)s organisation", "%(count)s organisations", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        *NAMES,
        Column("kind", _("Kind"), order=by_value("kind")),
        COUNTRY,
        _CITY,
        ItemsColumn("aliases", _("Other names")),
        CountColumn("delegates", _("Delegates"), "delegate_count", order=by_count("delegate_count")),
        CountColumn("initiatives", _("Initiatives"), "initiative_count", order=by_count("initiative_count")),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
        SOURCES_ADDRESSES,
    ),
    table=("name_en", "kind", "city", "country", "delegates", "initiatives"),
    rows_template="delegates/_organisation_rows.html",
    brief=Brief(facts=(BriefLine(ChoiceCell("kind"), ("kind",)),), values=_PLACES),
)

EVENTS = Listing(
    collection="events",
    filterset=EventFilterSet,
    row_queryset=EventQuerySet.for_record_page,
    title=_("Events"),
    count_label=ngettext_lazy("%(count)s event", "%(count)s events", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        *NAMES,
        Column("kind", _("Kind"), order=by_value("kind")),
        Column("series", _("Series"), order=by_text("series")),
        _HOST,
        EDTFColumn("starts_on", _("Date"), order=by_column("starts_first"), description=_("Start")),
        EDTFColumn("ends_on", _("Ends")),
        Column("date_text", _("Date in words")),
        _PARENT,
        _EVENT_THEMES,
        _ATTENDEES,
        CountColumn("initiatives", _("Initiatives"), "initiative_count", order=by_count("initiative_count")),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
        Column("series_ru", _("Series in Russian")),
        Column("series_zh", _("Series in Chinese")),
        Column("date_text_ru", _("Date in words in Russian")),
        Column("date_text_zh", _("Date in words in Chinese")),
        SOURCES_ADDRESSES,
    ),
    table=("name_en", "kind", "host_city", "starts_on", "delegates", "initiatives", "sources"),
    rows_template="delegates/_event_rows.html",
    default_sort="-starts_on",
    brief=Brief(
        facts=(
            BriefLine(ChoiceCell("kind"), ("kind",)),
            BriefLine(DateRangeCell(), ("starts_on", "ends_on")),
            BriefLine(NamesCell(_HOST), ("host_city",)),
        ),
        values=(
            BriefLine(TextCell("date_text", "date_text"), ("date_text",)),
            BriefLine(TextCell("series", "series"), ("series",)),
            BriefLine(NamesCell(_PARENT), ("parent",)),
            BriefLine(NamesCell(_EVENT_THEMES), ("themes",)),
            BriefLine(CountCell(_ATTENDEES), ("attendances",), _("Delegates")),
        ),
    ),
)

DELEGATES = Listing(
    collection="delegates",
    filterset=DelegateFilterSet,
    row_queryset=DelegateQuerySet.for_record_page,
    title=_("Delegates"),
    count_label=ngettext_lazy("%(count)s delegate", "%(count)s delegates", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        # Some languages have different words for the name of a person and of a thing.
        Column("name_en", pgettext_lazy("of a person", "Name"), order=BY_NAME),
        *NAMES[1:],
        Column("role", _("Role"), order=by_text("role")),
        _OFFICE,
        _CITY,
        COUNTRY,
        ItemsColumn("aliases", _("Other spellings")),
        CountColumn("statements", _("Statements"), "statement_count", order=by_count("statement_count")),
        CountColumn("events", _("Events"), "attendance_count", order=by_count("attendance_count")),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
        Column("role_ru", _("Role in Russian")),
        Column("role_zh", _("Role in Chinese")),
        SOURCES_ADDRESSES,
    ),
    table=("name_en", "role", "city", "country", "statements", "events", "sources"),
    rows_template="delegates/_delegate_rows.html",
    brief=Brief(
        facts=(BriefLine(TextCell("role", "role"), ("role",)),),
        values=(
            BriefLine(NamesCell(_OFFICE), ("organisation",)),
            *_PLACES,
            BriefLine(AttendedEventsCell(), label=_("Events")),
        ),
        related=(
            RelatedLine(_("Statements"), delegate_statements, "delegates/_brief_statements.html", "summary"),
        ),
    ),
)
