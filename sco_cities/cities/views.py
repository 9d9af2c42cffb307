"""The pages of cities and countries."""

from django.db.models import Manager, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.sources.related_records import (
    RelatedRecords,
    list_url,
    related_count,
    related_records,
    shown_of,
)
from sco_cities.sources.views import for_record, record_page

from .columns import CITIES, DATA_SOURCES
from .models import City, Country

# The kinds of record counted on a country's page.
_COUNTED = ("initiatives", "events", "delegates", "organisations")


def city_related_records(state: IndexState, city: City, records: Manager) -> RelatedRecords:
    """Returns the first few delegates, organisations or events of a city. `records` is the city's related manager."""
    count = len(state.filter_keys(records.model.collection, "city", city.pk))
    return related_records(records.published().for_mention(), count, city=city.slug)


def _delegates() -> QuerySet:
    return Country._meta.get_field("delegates").related_model.objects


def country_cities(state: IndexState, country: Country) -> RelatedRecords:
    """Returns the country's cities with the most initiatives, each with its number of initiatives per role."""
    cities = state.filter_keys("cities", "country", country.pk)
    by_city, published = state.facet("initiatives", "city"), state.published("initiatives")
    names = state.index("cities").records

    def rank(key: int) -> tuple[int, str]:
        return -by_city[key].intersection_cardinality(published) if key in by_city else 0, names[key].name_en

    first: list[Record] = CITIES.read(sorted(cities, key=rank)[: shown_of(len(cities))], state)
    return RelatedRecords(first, len(cities), list_url(City, country=country.slug))


@require_safe
@for_record(City)
def city(request: HttpRequest, city: City) -> HttpResponse:
    """Shows a city with initiatives by role, status and theme, partners, delegates, events and figures."""
    with facet_index(city.collection) as state:
        return record_page(
            request,
            "cities/city.html",
            city,
            data_sources=DATA_SOURCES,
            delegates=_delegates().newest_related(state, "city", city),
            organisations=city_related_records(state, city, city.organisations),
            events=city_related_records(state, city, city.events),
        )


@require_safe
@for_record(Country)
def country(request: HttpRequest, country: Country) -> HttpResponse:
    """Shows a country with its partner countries, cities and delegates, and initiatives by theme and status."""
    with facet_index(City.collection) as state:
        return record_page(
            request,
            "cities/country.html",
            country,
            counts=[related_count(state, collection, "country", country) for collection in _COUNTED],
            cities=country_cities(state, country),
            delegates=_delegates().newest_related(state, "country", country),
        )
