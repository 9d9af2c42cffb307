"""The lists of organisations, events and delegates."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sco_cities.browse.columns import Alphabetical, Column, Listing
from sco_cities.sources.columns import DISPUTED, NAMES, SLUG, SOURCES, UPDATED_AT, all_named, named

from .filters import DelegateFilters, EventFilters, OrganisationFilters
from .models import Delegate, Event, Organisation

_COUNTRY = named(
    "country", _("Country"), key="code", order=(Alphabetical("country__name_en"), Alphabetical("name_en"))
)
_CITY = named("city", _("City"), order=(Alphabetical("city__name_en"), Alphabetical("name_en")))

ORGANISATIONS = Listing(
    collection="organisations",
    filterset=OrganisationFilters,
    for_page=lambda: Organisation.objects.published().for_listing(),
    for_export=lambda: Organisation.objects.published().for_listing().with_sources(),
    title=_("Organisations"),
    counted=ngettext_lazy("%(count)s organisation", "%(count)s organisations", "count"),
    columns=(
        SLUG,
        *NAMES,
        Column("kind", _("Kind"), lambda r: r.kind, order=("kind", Alphabetical("name_en"))),
        _COUNTRY,
        _CITY,
        Column("aliases", _("Other names"), lambda r: r.alias_list),
        Column("delegates", _("Delegates"), lambda r: r.delegate_count, order=("delegate_count",)),
        Column("initiatives", _("Initiatives"), lambda r: r.initiative_count, order=("initiative_count",)),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("name_en", "kind", "city", "country", "delegates", "initiatives"),
    rows_template="delegates/_organisation_rows.html",
)

EVENTS = Listing(
    collection="events",
    filterset=EventFilters,
    for_page=lambda: Event.objects.published().for_listing(),
    for_export=lambda: Event.objects.published().for_listing().with_sources(),
    title=_("Events"),
    counted=ngettext_lazy("%(count)s event", "%(count)s events", "count"),
    columns=(
        SLUG,
        *NAMES,
        Column("kind", _("Kind"), lambda r: r.kind, order=("kind", Alphabetical("name_en"))),
        Column("series", _("Series"), lambda r: r.series, order=(Alphabetical("series"), "starts_first")),
        named(
            "host_city", _("Host city"), order=(Alphabetical("host_city__name_en"), Alphabetical("name_en"))
        ),
        Column("starts_on", _("Date"), lambda r: r.starts_on, order=("starts_first",)),
        Column("ends_on", _("Ends"), lambda r: r.ends_on),
        Column("date_text", _("Date in words"), lambda r: r.date_text),
        named("parent", _("Part of")),
        all_named("themes", _("Themes")),
        Column("delegates", _("Delegates"), lambda r: r.attendance_count, order=("attendance_count",)),
        Column("initiatives", _("Initiatives"), lambda r: r.initiative_count, order=("initiative_count",)),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("name_en", "kind", "host_city", "starts_on", "delegates", "initiatives", "sources"),
    rows_template="delegates/_event_rows.html",
    default_sort="-starts_on",
)

DELEGATES = Listing(
    collection="delegates",
    filterset=DelegateFilters,
    for_page=lambda: Delegate.objects.published().for_listing(),
    for_export=lambda: Delegate.objects.published().for_listing().with_sources(),
    title=_("Delegates"),
    counted=ngettext_lazy("%(count)s delegate", "%(count)s delegates", "count"),
    columns=(
        SLUG,
        *NAMES,
        Column("role", _("Role"), lambda r: r.role, order=(Alphabetical("role"),)),
        named(
            "organisation",
            _("Organisation"),
            order=(Alphabetical("organisation__name_en"), Alphabetical("name_en")),
        ),
        _CITY,
        _COUNTRY,
        Column("aliases", _("Other spellings"), lambda r: r.alias_list),
        Column("statements", _("Statements"), lambda r: r.statement_count, order=("statement_count",)),
        Column("events", _("Events"), lambda r: r.attendance_count, order=("attendance_count",)),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("name_en", "role", "city", "country", "statements", "events", "sources"),
    rows_template="delegates/_delegate_rows.html",
)
