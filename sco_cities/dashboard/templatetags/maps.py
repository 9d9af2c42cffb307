"""Maps for pages of other apps: of a list, a city, a country, or all initiatives."""

from urllib.parse import urlencode

from django import template

from sco_cities.dashboard.map.context import initiative_list, map_context, selected_pillars
from sco_cities.dashboard.map.scope import PILLAR
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import querystring
from sco_cities.listings.list_query import ListQuery

register = template.Library()
TEMPLATE = "dashboard/map/_map.html"


@register.inclusion_tag(TEMPLATE, takes_context=True)
def list_map(context, selection: ListQuery):
    """The map of a list with its filters; the legend filters the list by pillar if it has that filter."""
    map_ = map_context(selection)
    path, has_pillars = context["request"].path, PILLAR in selection.filterset.filters

    def address(pillar: str) -> str:
        return path + querystring.replacing(selection.params, (PILLAR, pillar)) if has_pillars else ""

    legend = map_ and map_.legend(selected_pillars(selection), address)
    return _template_context(context, map_, legend, is_missing=not map_)


@register.inclusion_tag(TEMPLATE, takes_context=True)
def city_map(context, city):
    """A city and its partner cities, with the knowledge flow between them."""
    return _initiatives_map(context, city=city.slug)


@register.inclusion_tag(TEMPLATE, takes_context=True)
def country_map(context, country):
    """The cities of the initiatives of a country."""
    return _initiatives_map(context, country=country.slug)


@register.inclusion_tag(TEMPLATE, takes_context=True)
def overview_map(context):
    """All cities, with the knowledge flow between them."""
    return _initiatives_map(context)


def _initiatives_map(context, **filters: str):
    """The map of the initiatives with these filter values; empty if there are none."""
    with facet_index("initiatives") as state:
        map_ = map_context(initiative_list(state, urlencode(filters)))
    return _template_context(context, map_, map_ and map_.legend([]))


def _template_context(context, map_, legend, *, is_missing: bool = False) -> dict:
    """The template context; `is_missing`: say that there is no map, because no city matches."""
    return {"request": context["request"], "map": map_, "legend": legend, "is_missing": is_missing}
