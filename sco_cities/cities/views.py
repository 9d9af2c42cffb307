"""The pages of cities and countries."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources.record_view import for_record, record_page

from .data_sources import DATA_SOURCES
from .models import City, Country
from .related_counts import city_related_records, country_cities, country_delegates, related_counts


@require_safe
@for_record(City)
def city(request: HttpRequest, city: City) -> HttpResponse:
    """A city: its initiatives by role, theme and status, its partners, delegates, events and figures."""
    with facet_index(city.collection) as state:
        return record_page(
            request,
            "cities/city.html",
            city,
            data_sources=DATA_SOURCES,
            delegates=city_related_records(state, city, city.delegates),
            organisations=city_related_records(state, city, city.organisations),
            events=city_related_records(state, city, city.events),
        )


@require_safe
@for_record(Country)
def country(request: HttpRequest, country: Country) -> HttpResponse:
    """A country: its initiatives by theme and status, its partner countries, cities and delegates."""
    with facet_index(City.collection) as state:
        return record_page(
            request,
            "cities/country.html",
            country,
            counts=related_counts(state, country),
            cities=country_cities(state, country),
            delegates=country_delegates(state, country),
        )
