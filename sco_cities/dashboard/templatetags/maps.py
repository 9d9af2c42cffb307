"""Maps on pages of other rooms: of a list, of a city, of a country, of all."""

from urllib.parse import urlencode

from django import template

from sco_cities.dashboard.map.context import initiatives, map_context, selected_pillars
from sco_cities.dashboard.map.scope import PILLAR
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import querystring
from sco_cities.listings.list_query import ListQuery

register = template.Library()
TEMPLATE = "dashboard/map/_map.html"


@register.inclusion_tag(TEMPLATE, takes_context=True)
def list_map(context, selection: ListQuery):
    """The map of a list, under its filter; its legend narrows the list, where that has pillars."""
    found = map_context(selection)
    path, has_pillars = context["request"].path, PILLAR in selection.filterset.filters

    def address(pillar: str) -> str:
        return path + querystring.replacing(selection.params, (PILLAR, pillar)) if has_pillars else ""

    legend = found and found.legend(selected_pillars(selection), address)
    missing = "" if found else "index" if selection.state is None else "cities"
    return _context(context, found, legend, missing)


@register.inclusion_tag(TEMPLATE, takes_context=True)
def city_map(context, city):
    """Where a city is, and with whom it shares and learns."""
    return _of(context, city=city.slug)


@register.inclusion_tag(TEMPLATE, takes_context=True)
def country_map(context, country):
    """The cities that the initiatives of a country are in."""
    return _of(context, country=country.slug)


@register.inclusion_tag(TEMPLATE, takes_context=True)
def overview_map(context):
    """All cities, and who shares with whom."""
    return _of(context)


def _of(context, **asked: str):
    """The map of the initiatives that these parameters find; nothing where there are none."""
    with facet_index("initiatives") as state:
        found = map_context(initiatives(state, urlencode(asked))) if state else None
    return _context(context, found, found and found.legend([]))


def _context(context, found, legend, missing: str = "") -> dict:
    """What the template is given; `missing` says why there is no map: "cities", or the "index"."""
    return {"request": context["request"], "map": found, "legend": legend, "missing": missing}
