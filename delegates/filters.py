"""Filters of the lists of organisations, events and delegates. Some filters are also used for initiatives."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.cities.filters import city_filter, country_filter
from sco_cities.listings.filters import ChoicesFilter
from sco_cities.listings.record_filters import RecordsFilter
from sco_cities.listings.year_filters import YearFromFilter, YearToFilter
from sco_cities.sources.filters import EvidenceFilterSet
from sco_cities.themes.filters import pillar_filter, theme_filter

from .models import EventKind, OrganisationKind


def event_filter() -> RecordsFilter:
    """Returns a filter for records related to any of the selected events."""
    return RecordsFilter(
        of="events",
        label=_("Event"),
        phrase=pgettext_lazy("list by event", "at %s"),
    )


def organisation_filter() -> RecordsFilter:
    """Returns a filter for initiatives of any of the selected organisations, or for delegates who speak for them."""
    return RecordsFilter(
        of="organisations",
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
    country = country_filter()
    city = city_filter()

    field_order = ("q", "kind", "country", "city", "report", "evidence")


class EventFilterSet(EvidenceFilterSet):
    """Filters of the list of events."""

    kind = ChoicesFilter(
        choices=EventKind.choices,
        label=_("Kind"),
        phrase=pgettext_lazy("events by kind", "%s"),
        comma_before=True,
    )
    country = country_filter()
    city = city_filter()
    theme = theme_filter()
    pillar = pillar_filter()
    event = event_filter()
    year_from = YearFromFilter()
    year_to = YearToFilter()

    field_order = (
        "q", "kind", "country", "city", "theme", "pillar", "year_from", "year_to", "event", "report", "evidence",
    )  # fmt: skip


class DelegateFilterSet(EvidenceFilterSet):
    """Filters of the list of delegates."""

    country = country_filter()
    city = city_filter()
    organisation = organisation_filter()
    event = event_filter()
    theme = theme_filter()
    pillar = pillar_filter()

    field_order = ("q", "country", "city", "organisation", "event", "theme", "pillar", "report", "evidence")
