"""The pages of cities and countries."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.sources.record_view import for_record, record_page

from .data_sources import DATA_SOURCES
from .models import City, Country
from .related_counts import cities_of, delegates_of, of_city, related_counts


@require_safe
@for_record(City)
def city(request: HttpRequest, city: City) -> HttpResponse:
    """A city: its initiatives by its role, theme and firmness, with whom, its delegates, events and figures."""
    with require_facet_index(city.collection) as state:
        return record_page(
            request,
            "cities/city.html",
            city,
            references=DATA_SOURCES,
            delegates=of_city(state, city, "delegates"),
            organisations=of_city(state, city, "organisations"),
            events=of_city(state, city, "events"),
        )


@require_safe
@for_record(Country)
def country(request: HttpRequest, country: Country) -> HttpResponse:
    """A country: its initiatives by theme and firmness, with which countries, its cities and delegates."""
    with require_facet_index(City.collection) as state:
        return record_page(
            request,
            "cities/country.html",
            country,
            counts=related_counts(state, country),
            cities=cities_of(state, country),
            delegates=delegates_of(state, country),
        )
