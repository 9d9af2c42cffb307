"""Filters of the lists of cities and countries, and the filters by place that other lists share."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.listings.all_of_filter import AllOfFilter
from sco_cities.listings.filters import ChoicesFilter, RecordsFilter
from sco_cities.sources.filters import EvidenceFilters
from sco_cities.themes.filters import pillar_filter, theme_filter

from .models import ScoRole


def country_filter() -> RecordsFilter:
    """Keeps what is tied to any of the countries, by their codes."""
    return RecordsFilter(
        of="countries",
        narrow="in_countries",
        label=_("Country"),
        phrase=pgettext_lazy("list by country", "with %s"),
    )


def city_filter() -> RecordsFilter:
    """Keeps what is tied to any of the cities."""
    return RecordsFilter(
        of="cities", narrow="in_cities", label=_("City"), phrase=pgettext_lazy("list by city", "with %s")
    )


def with_country_filter() -> AllOfFilter:
    """Keeps what is tied to any of these countries as well, whatever `country` asks for."""
    return AllOfFilter(
        of="countries",
        field_name="country",
        narrow="in_countries",
        label=_("Together with country"),
        phrase=_("together with %s"),
    )


def with_city_filter() -> AllOfFilter:
    """Keeps what is tied to any of these cities as well, whatever `city` asks for."""
    return AllOfFilter(
        of="cities",
        field_name="city",
        narrow="in_cities",
        label=_("Together with city"),
        phrase=_("together with %s"),
    )


def sco_role_filter(**where) -> ChoicesFilter:
    """Keeps the places of SCO members, partners or others."""
    return ChoicesFilter(
        choices=ScoRole.choices,
        label=_("Role in the SCO"),
        phrase=pgettext_lazy("list by SCO role", "SCO role: %s"),
        stands_apart=True,
        **where,
    )


class CountryFilters(EvidenceFilters):
    """Filters of the list of countries."""

    sco_role = sco_role_filter()

    field_order = ("q", "sco_role", "report", "evidence")


class CityFilters(EvidenceFilters):
    """Filters of the list of cities."""

    country = RecordsFilter(
        of="countries",
        narrow="in_countries",
        label=_("Country"),
        phrase=pgettext_lazy("cities by country", "in %s"),
    )
    sco_role = sco_role_filter(lookup="country__sco_role")
    theme = theme_filter()
    pillar = pillar_filter()

    field_order = ("q", "country", "sco_role", "theme", "pillar", "report", "evidence")
