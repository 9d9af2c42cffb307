"""Maps on pages of other apps (for a list, a city, a country, or all initiatives)."""

from urllib.parse import urlencode

from django import template

from sco_cities.dashboard.map.context import initiative_list
from sco_cities.dashboard.map.figure import MapFigure
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import querystring
from sco_cities.listings.list_query import ListQuery

register = template.Library()
TEMPLATE = "dashboard/map/_figure.html"


@register.inclusion_tag(TEMPLATE, takes_context=True)
def list_map(context, list_query: ListQuery):
    """The map of a list with its filters. The legend filters the list if it has a pillar filter."""
    request = context["request"]
    return {
        "figure": MapFigure(list_query, request.path, list_query.params),
        "request": request,
        "is_list": True,
    }


@register.inclusion_tag(TEMPLATE, takes_context=True)
def city_map(context, city):
    """The map of a city and its partner cities, with the exchange of knowledge between them."""
    return _initiatives_map(context, city=city.slug)


@register.inclusion_tag(TEMPLATE, takes_context=True)
def country_map(context, country):
    """The map of the cities in a country's initiatives."""
    return _initiatives_map(context, country=country.slug)


@register.inclusion_tag(TEMPLATE, takes_context=True)
def overview_map(context):
    """The map of all cities, with the exchange of knowledge between them."""
    return _initiatives_map(context)


def _initiatives_map(context, **filters: str):
    """The map of the initiatives with these filter values. Empty if there are no such initiatives."""
    request = context["request"]
    params, _error = querystring.read(request)
    with facet_index("initiatives") as state:
        figure = MapFigure(
            initiative_list(state, urlencode(filters)), request.path, params, filters_page=False
        )
    return {"figure": figure, "request": request, "is_list": False}
