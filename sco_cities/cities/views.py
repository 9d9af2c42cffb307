"""The pages of cities and countries."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.sources.pages import for_record, record_page
from sco_cities.sources.related import related

from .counts import counts_with
from .models import City, Country
from .reference import REFERENCES


@require_safe
@for_record(City)
def city(request: HttpRequest, city: City) -> HttpResponse:
    """A city: its initiatives by its role in them, its delegates, organisations, events and figures."""
    own = {"city": city.slug}
    roles = ("lead", "partner", "reference")
    initiatives = {role: related(city.initiatives_as(role), **own) for role in roles}
    return record_page(
        request,
        "cities/city.html",
        city,
        references=REFERENCES,
        initiatives=initiatives,
        initiatives_are_cut=any(found.has_more for found in initiatives.values()),
        delegates=related(city.delegates.published().for_mention(), **own),
        organisations=related(city.organisations.published().for_mention(), **own),
        events=related(city.events.published().for_mention(), **own),
    )


@require_safe
@for_record(Country)
def country(request: HttpRequest, country: Country) -> HttpResponse:
    """A country with its cities; its initiatives are a click away in their list."""
    return record_page(
        request,
        "cities/country.html",
        country,
        counts=counts_with(country),
        cities=related(
            country.cities.published().for_listing().order_by("name_en", "slug"), country=country.slug
        ),
    )
