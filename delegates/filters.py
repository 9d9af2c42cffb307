"""Filters of the lists of organisations, events and delegates; the list of initiatives uses some of them too."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.cities.filters import city_filter, country_filter
from sco_cities.listings.filters import ChoicesFilter, QuerySetMethod, RecordsFilter
from sco_cities.listings.year_filters import YearFromFilter, YearToFilter
from sco_cities.sources.filters import EvidenceFilterSet
from sco_cities.themes.filters import pillar_filter, theme_filter

from .models import EventKind, OrganisationKind
from .querysets import DelegateQuerySet, EventQuerySet, OrganisationQuerySet


def event_filter(queryset_method: QuerySetMethod) -> RecordsFilter:
    """Records related to any of the events."""
    return RecordsFilter(
        of="events",
        queryset_method=queryset_method,
        label=_("Event"),
        phrase=pgettext_lazy("list by event", "at %s"),
    )


def organisation_filter(queryset_method: QuerySetMethod) -> RecordsFilter:
    """Initiatives in which any of the organisations takes part, or delegates who speak for it."""
    return RecordsFilter(
        of="organisations",
        queryset_method=queryset_method,
        label=_("Organisation"),
        phrase=pgettext_lazy("list by organisation", "of %s"),
    )


class OrganisationFilterSet(EvidenceFilterSet):
    """Filters of the list of organisations."""

    kind = ChoicesFilter(
        choices=OrganisationKind.choices,
        label=_("Kind"),
        phrase=pgettext_lazy("organisations by kind", "%s"),
        comma_before=True,
    )
    country = country_filter(OrganisationQuerySet.in_countries)
    city = city_filter(OrganisationQuerySet.in_cities)

    field_order = ("q", "kind", "country", "city", "report", "evidence")


class EventFilterSet(EvidenceFilterSet):
    """Filters of the list of events."""

    kind = ChoicesFilter(
        choices=EventKind.choices,
        label=_("Kind"),
        phrase=pgettext_lazy("events by kind", "%s"),
        comma_before=True,
    )
    country = country_filter(EventQuerySet.in_countries)
    city = city_filter(EventQuerySet.in_cities)
    theme = theme_filter(EventQuerySet.on_themes)
    pillar = pillar_filter(EventQuerySet.of_pillars)
    event = event_filter(EventQuerySet.within_events)
    year_from = YearFromFilter(EventQuerySet.overlapping)
    year_to = YearToFilter(EventQuerySet.overlapping)

    field_order = (
        "q", "kind", "country", "city", "theme", "pillar", "year_from", "year_to", "event", "report", "evidence",
    )  # fmt: skip


class DelegateFilterSet(EvidenceFilterSet):
    """Filters of the list of delegates."""

    country = country_filter(DelegateQuerySet.in_countries)
    city = city_filter(DelegateQuerySet.in_cities)
    organisation = organisation_filter(DelegateQuerySet.of_organisations)
    event = event_filter(DelegateQuerySet.at_events)
    theme = theme_filter(DelegateQuerySet.on_themes)
    pillar = pillar_filter(DelegateQuerySet.of_pillars)

    field_order = ("q", "country", "city", "organisation", "event", "theme", "pillar", "report", "evidence")
