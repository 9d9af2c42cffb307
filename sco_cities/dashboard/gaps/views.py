"""The page with the gaps of a city."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.cities.models import City
from sco_cities.facet_index.refresh import facet_index
from sco_cities.i18n.punctuation import comma_list
from sco_cities.listings import querystring
from sco_cities.listings.query_errors import not_a_choice
from sco_cities.sources.record_view import edit_url, for_record

from .gap_themes import COLLECTION, MIN_PEERS, PARTNERS, PEER_CHOICES, peer_group, theme_gaps


@require_safe
@for_record(City, has_mementos=False)
def page(request: HttpRequest, city: City) -> HttpResponse:
    """The gaps of a city next to the peers that `peers` selects. An invalid value shows an error and no gaps."""
    params, error = querystring.read(request)
    values = querystring.values(params, "peers") or [PARTNERS]
    if not error and not {*values} <= {*PEER_CHOICES}:
        error = not_a_choice(comma_list(values), PEER_CHOICES, comma_list(PEER_CHOICES))
    if not error and len(values) > 1:
        error = _("Enter only one value, not %(count)s.") % {"count": len(values)}
    choice = PARTNERS if error else values[0]
    with facet_index(COLLECTION) as state:
        group = peer_group(state, city, choice)
        context = {
            "city": city,
            "group": group,
            "gaps": [] if error else theme_gaps(state, city, group),
            "choices": _choices(city),
            "error": error,
            "min_peers": MIN_PEERS,
            "edit_url": "" if city.is_published else edit_url(city),
        }
        return render(request, "dashboard/gaps/page.html", context)


def _choices(city: City) -> list[tuple[str, str]]:
    """The values of `peers` and their labels."""
    labels = (_("Cities it works with"), _("Cities of its country"), _("Cities of a similar size"))
    return [
        (value, label)
        for value, label in zip(PEER_CHOICES, labels, strict=True)
        if value != "size" or city.population
    ]
