"""The places that a list of initiatives requires by its filters, and the link to the page about these places."""

from django.utils.translation import gettext as _

from sco_cities.cities.place_set import (
    FILTER_BY_KIND,
    LEAST_PLACES,
    MOST_PLACES,
    Place,
    city_in_country,
    together_url,
)
from sco_cities.i18n.punctuation import and_list, with_label
from sco_cities.listings.all_of_filter import split
from sco_cities.listings.fields import SelectedValues
from sco_cities.listings.list_query import ListQuery


def required_places(list_query: ListQuery) -> list[Place]:
    """The cities and countries that take part in every initiative of a list, because its filters require them."""
    places: dict[Place, None] = {}
    for name in FILTER_BY_KIND.values():
        for parameter in (name, f"with_{name}"):
            included = list_query.result_set.filter_values.get(parameter, SelectedValues()).included
            # Several values are alternatives, so none of them is required.
            for slug in split(included[0]) if len(included) == 1 else ():
                places[list_query.filterset.filters[parameter].choices.by_slug[slug]] = None
    return list(places)


def together_link(list_query: ListQuery) -> tuple[str, str] | None:
    """The link to the page about the required places. There must be two to four, and none may lie in another."""
    places = required_places(list_query)
    if city_in_country(places) or not LEAST_PLACES <= len(places) <= MOST_PLACES:
        return None
    return together_url(*places), with_label(_("Overview"), and_list(place.name for place in places))
