"""A selection of cities and countries. Gives the URL of its page and the filters for its joint records."""

from collections.abc import Iterable

from django.urls import reverse

from sco_cities.listings.all_of_filter import AND

from .models import CODE_PATTERN, City, Country

Place = City | Country
# Minimum and maximum number of places on one page.
LEAST_PLACES, MOST_PLACES = 2, 4
# The filter for each kind of place in the lists of initiatives, delegates and statements.
FILTER_BY_KIND = {City: "city", Country: "country"}


def segment(place: Place) -> str:
    """The URL segment of a place. It is the slug of a city or the code of a country.

    If a city's slug looks like a country code, it is prefixed with the collection, as in "cities:aa".
    """
    is_ambiguous = isinstance(place, City) and CODE_PATTERN.fullmatch(place.slug)
    return f"{place.collection}:{place.slug}" if is_ambiguous else place.slug


def together_url(*places: Place) -> str:
    """The URL of the page about two to four places in any order, such as "/together/tashkent/tianjin/"."""
    return reverse("together", args=["/".join(sorted(map(segment, places)))])


def joint_filters(places: Iterable[Place]) -> dict[str, str]:
    """The filters for initiatives with all of these places, such as {"city": "tashkent,tianjin"}."""
    slugs: dict[str, list[str]] = {}
    for place in places:
        slugs.setdefault(FILTER_BY_KIND[type(place)], []).append(place.slug)
    return {name: AND.join(sorted(values)) for name, values in slugs.items()}


def city_in_country(places: Iterable[Place]) -> City | None:
    """A city whose country is also among the places. All initiatives of the city belong to the country too."""
    places = list(places)
    countries = {place.pk for place in places if isinstance(place, Country)}
    return next(
        (place for place in places if isinstance(place, City) and place.country_id in countries), None
    )
