"""Template tags of the dossier of several places, and the form that leads to it from pages of places."""

from collections.abc import Sequence

from django import template

from sco_cities.cities.models import City
from sco_cities.cities.place_set import Place, segment
from sco_cities.dashboard.dossier.places import place_options
from sco_cities.facet_index.refresh import facet_index

register = template.Library()


@register.inclusion_tag("dashboard/dossier/_compare_form.html")
def compare_form(places: Sequence[Place] = (), place: Place | None = None) -> dict:
    """A form that adds another place to `places`, or to the one `place`; without any, it asks for two."""
    places = [place] if place else places
    with facet_index(City.collection) as state:
        options = place_options(state)
    return {
        "values": [segment(each) for each in places],
        "fields": ["add-place"] if places else ["add-place", "add-place-2"],
        "options": options,
        "is_short": place is not None,
    }
