"""The lists of organisations, events and delegates."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from sco_cities.facet_index.sorting import by_column, by_count, by_record, by_text, by_value
from sco_cities.listings.columns import Column, Count, Items, Many, One
from sco_cities.listings.listing import Listing
from sco_cities.sources.brief_cells import Choice, Names, Plain, Span, Tally
from sco_cities.sources.briefs import Brief, Line
from sco_cities.sources.columns import BY_NAME, DISPUTED, NAMES, SLUG, SOURCES, UPDATED_AT, Date

from .filters import DelegateFilters, EventFilters, OrganisationFilters
from .models import Delegate, Event, Organisation

_COUNTRY = One(
    "country", _("Country"), of="countries", key="code", order=by_record("country", "country", of="countries")
)
_CITY = One("city", _("City"), of="cities", order=by_record("city", "city", of="cities"), gives_places=True)
_HOST = One(
    "host_city",
    _("Host city"),
    of="cities",
    order=by_record("host_city", "city", of="cities"),
    gives_places=True,
)
_PARENT = One("parent", _("Part of"), of="events")
_EVENT_THEMES = Many("themes", _("Themes"), axis="themes", of="themes")
_ATTENDANTS = Count("delegates", _("Delegates"), "attendance_count", order=by_count("attendance_count"))
_OFFICE = One(
    "organisation",
    _("Organisation"),
    of="organisations",
    order=by_record("organisation", "organisation", of="organisations"),
)
_PLACES = (Line(Names(_CITY), ("city",)), Line(Names(_COUNTRY), ("country",)))

ORGANISATIONS = Listing(
    collection="organisations",
    filterset=OrganisationFilters,
    for_page=lambda: Organisation.objects.published().for_listing(),
    for_rows=lambda: Organisation.objects.published().for_record_page(),
    title=_("Organisations"),
    counted=ngettext_lazy("%(count)s organisation", "%(count)s organisations", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        *NAMES,
        Column("kind", _("Kind"), order=by_value("kind")),
        _COUNTRY,
        _CITY,
        Items("aliases", _("Other names")),
        Count("delegates", _("Delegates"), "delegate_count", order=by_count("delegate_count")),
        Count("initiatives", _("Initiatives"), "initiative_count", order=by_count("initiative_count")),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("name_en", "kind", "city", "country", "delegates", "initiatives"),
    rows_template="delegates/_organisation_rows.html",
    brief=Brief(facts=(Line(Choice("kind"), ("kind",)),), values=_PLACES),
)

EVENTS = Listing(
    collection="events",
    filterset=EventFilters,
    for_page=lambda: Event.objects.published().for_listing(),
    for_rows=lambda: Event.objects.published().for_record_page(),
    title=_("Events"),
    counted=ngettext_lazy("%(count)s event", "%(count)s events", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        *NAMES,
        Column("kind", _("Kind"), order=by_value("kind")),
        Column("series", _("Series"), order=by_text("series")),
        _HOST,
        Date("starts_on", _("Date"), order=by_column("starts_first")),
        Date("ends_on", _("Ends")),
        Column("date_text", _("Date in words")),
        _PARENT,
        _EVENT_THEMES,
        _ATTENDANTS,
        Count("initiatives", _("Initiatives"), "initiative_count", order=by_count("initiative_count")),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("name_en", "kind", "host_city", "starts_on", "delegates", "initiatives", "sources"),
    told=("kind", "host_city", "starts_on", "ends_on", "disputed"),
    rows_template="delegates/_event_rows.html",
    default_sort="-starts_on",
    brief=Brief(
        facts=(
            Line(Choice("kind"), ("kind",)),
            Line(Span(), ("starts_on", "ends_on")),
            Line(Names(_HOST), ("host_city",)),
        ),
        values=(
            Line(Plain("date_text"), ("date_text",)),
            Line(Plain("series"), ("series",)),
            Line(Names(_PARENT), ("parent",)),
            Line(Names(_EVENT_THEMES), ("themes",)),
            Line(Tally(_ATTENDANTS), ("attendances",), _("Delegates")),
        ),
    ),
)

DELEGATES = Listing(
    collection="delegates",
    filterset=DelegateFilters,
    for_page=lambda: Delegate.objects.published().for_listing(),
    for_rows=lambda: Delegate.objects.published().for_record_page(),
    title=_("Delegates"),
    counted=ngettext_lazy("%(count)s delegate", "%(count)s delegates", "count"),
    map_template="dashboard/map/_list_map.html",
    columns=(
        SLUG,
        # A person and a thing are not called so by one word in every language.
        Column("name_en", pgettext_lazy("of a person", "Name"), order=BY_NAME),
        *NAMES[1:],
        Column("role", _("Role"), order=by_text("role")),
        _OFFICE,
        _CITY,
        _COUNTRY,
        Items("aliases", _("Other spellings")),
        Count("statements", _("Statements"), "statement_count", order=by_count("statement_count")),
        Count("events", _("Events"), "attendance_count", order=by_count("attendance_count")),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("name_en", "role", "city", "country", "statements", "events", "sources"),
    told=("role", "organisation", "city", "country", "disputed"),
    rows_template="delegates/_delegate_rows.html",
    brief=Brief(
        facts=(Line(Plain("role"), ("role",)),),
        values=(Line(Names(_OFFICE), ("organisation",)), *_PLACES),
    ),
)
