"""Filters of the lists of cities and countries, and place filters for other lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.listings.filters import ChoicesFilter
from sco_cities.listings.record_filters import RecordsFilter
from sco_cities.sources.filters import EvidenceFilterSet
from sco_cities.themes.filters import pillar_filter, theme_filter

from .models import ScoRole


def country_filter(kind: type[RecordsFilter] = RecordsFilter) -> RecordsFilter:
    """Returns a filter for records related to any of the countries with these codes.

    `AllOfFilter` lets readers require all of them.
    """
    return kind(
        of="countries",
        label=_("Country"),
        phrase=pgettext_lazy("list by country", "with %s"),
    )


def city_filter(kind: type[RecordsFilter] = RecordsFilter) -> RecordsFilter:
    """Returns a filter for records related to any of the cities. `AllOfFilter` lets readers require all of them."""
    return kind(
        of="cities",
        label=_("City"),
        phrase=pgettext_lazy("list by city", "with %s"),
    )


def sco_role_filter() -> ChoicesFilter:
    """Returns a filter for places by the role of their country in the SCO, such as member or partner."""
    return ChoicesFilter(
        choices=ScoRole.choices,
        label=_("Role in the SCO"),
        phrase=pgettext_lazy("list by SCO role", "SCO role: %s"),
        comma_before=True,
    )


class CountryFilterSet(EvidenceFilterSet):
    """Filters of the list of countries."""

    sco_role = sco_role_filter()

    field_order = ("q", "sco_role", "report", "evidence")


class CityFilterSet(EvidenceFilterSet):
    """Filters of the list of cities."""

    country = RecordsFilter(
        of="countries",
        label=_("Country"),
        phrase=pgettext_lazy("cities by country", "in %s"),
    )
    sco_role = sco_role_filter()
    theme = theme_filter()
    pillar = pillar_filter()

    field_order = ("q", "country", "sco_role", "theme", "pillar", "report", "evidence")
