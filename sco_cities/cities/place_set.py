"""Several cities and countries: the URL of the page about them, and the filters of what all of them take part in."""

from collections.abc import Iterable

from django.urls import reverse

from sco_cities.listings.all_of_filter import AND

from .models import CODE_PATTERN, City, Country

Place = City | Country
# The places that one page can be about.
LEAST_PLACES, MOST_PLACES = 2, 4
# The filter of each kind of place in lists of initiatives, delegates and statements.
FILTER_BY_KIND = {City: "city", Country: "country"}


def segment(place: Place) -> str:
    """The part of the URL for a place: the slug of a city, the code of a country.

    A city whose slug looks like the code of a country has its collection in front: "cities:aa".
    """
    is_ambiguous = isinstance(place, City) and CODE_PATTERN.fullmatch(place.slug)
    return f"{place.collection}:{place.slug}" if is_ambiguous else place.slug


def together_url(*places: Place) -> str:
    """The URL of the page about two to four places: "/together/tashkent/tianjin/", whatever their order."""
    return reverse("together", args=["/".join(sorted(map(segment, places)))])


def joint_filters(places: Iterable[Place]) -> dict[str, str]:
    """The filters of the list of initiatives with all of these places: {"city": "tashkent,tianjin"}."""
    slugs: dict[str, list[str]] = {}
    for place in places:
        slugs.setdefault(FILTER_BY_KIND[type(place)], []).append(place.slug)
    return {name: AND.join(sorted(values)) for name, values in slugs.items()}


def city_in_country(places: Iterable[Place]) -> City | None:
    """A city whose country is among the places as well: all of its initiatives are those of the country too."""
    places = list(places)
    countries = {place.pk for place in places if isinstance(place, Country)}
    return next(
        (place for place in places if isinstance(place, City) and place.country_id in countries), None
    )
