"""Maps of a list, a city, a country or all initiatives for other apps, and the form for comparing places."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django import template
from django.utils.translation import gettext as _

from sco_cities.cities.models import LEAST_PLACES, City, Place, segment
from sco_cities.dashboard.dossier.views import SIMILAR, place_options
from sco_cities.dashboard.map.context import initiative_list
from sco_cities.dashboard.map.figure import MapFigure
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import querystring
from sco_cities.listings.list_query import ListQuery

register = template.Library()
TEMPLATE = "dashboard/map/_figure.html"


@register.inclusion_tag(TEMPLATE, takes_context=True)
def list_map(context, list_query: ListQuery):
    """Returns the map of a list with its filters. The legend filters the list if it has a pillar filter."""
    request = context["request"]
    return {
        "figure": MapFigure(list_query, request.path, list_query.params),
        "request": request,
        "is_list": True,
    }


@register.inclusion_tag(TEMPLATE, takes_context=True)
def initiatives_map(context, **filters: str):
    """Returns the map of the initiatives with these filter values. Empty if no initiatives match."""
    request = context["request"]
    params, _error = querystring.read(request)
    with facet_index("initiatives") as state:
        figure = MapFigure(
            initiative_list(state, urlencode(filters)), request.path, params, filters_page=False
        )
    return {"figure": figure, "request": request, "is_list": False}


@register.inclusion_tag("dashboard/dossier/_compare_form.html")
def compare_form(places: Sequence[Place] = (), place: Place | None = None) -> dict:
    """Returns a form that adds a place to `places` or to `place`. It has fields for two places if both are empty.

    Similar cities are an option instead of the second place if the first place is a city or not chosen.
    """
    places = [place] if place else places
    chosen = [segment(each) for each in places]
    with facet_index(City.collection) as state:
        options = place_options(state, chosen)
    other = "add-place", _("Compare with") if len(places) < LEAST_PLACES else _("Add a place")
    return {
        "values": chosen,
        "fields": [other] if places else [("first-place", _("Place")), other],
        "options": options,
        "similar": SIMILAR if not places or [type(each) for each in places] == [City] else "",
    }
