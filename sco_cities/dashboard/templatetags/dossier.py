"""Template tags of the dossier of several places, and the form on place pages that opens it."""

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext as _

from sco_cities.cities.models import City
from sco_cities.cities.place_set import LEAST_PLACES, Place, segment
from sco_cities.dashboard.dossier.places import SIMILAR, place_options
from sco_cities.facet_index.refresh import facet_index

register = template.Library()


@register.inclusion_tag("dashboard/dossier/_compare_form.html")
def compare_form(places: Sequence[Place] = (), place: Place | None = None) -> dict:
    """A form that adds a place to `places` or to `place`. Without these, it has fields for two places.

    If there is one city, similar cities can be chosen instead of the other place.
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
