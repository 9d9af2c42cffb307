"""The page with the gaps of a city."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.cities.models import City
from sco_cities.cities.place_set import segment
from sco_cities.dashboard.dossier.places import place_options
from sco_cities.facet_index.refresh import facet_index
from sco_cities.i18n.punctuation import and_list
from sco_cities.listings import querystring
from sco_cities.sources.views import edit_url, for_record

from .gap_themes import COLLECTION, MIN_PEERS, theme_gaps
from .peers import (
    COUNTRY,
    PARTNERS,
    PEERS,
    SIZE,
    WITH_COUNTRY,
    PeerQuery,
    peer_group,
    published_countries,
    published_groups,
    read_peers,
    rules,
)

# Maximum number of chosen places named in the title.
MAX_NAMED = 3


@require_safe
@for_record(City, has_mementos=False)
def page(request: HttpRequest, city: City) -> HttpResponse:
    """The gaps of a city compared with the selected peers. An invalid value shows an error and no gaps."""
    params, error = querystring.read(request)
    with facet_index(COLLECTION) as state:
        groups = published_groups(state)
        query = read_peers(state, city, params, groups)
        error = error or query.error
        group = peer_group(state, city, query)
        context = {
            "city": city,
            "title": _title(city, query),
            "group": group,
            "gaps": [] if error else theme_gaps(state, city, group),
            "choices": [(value, label, _url(query, [value])) for value, label in _choices(city)],
            "chosen": [
                (value, record, _url(query, [other for other in query.chosen if other != value]))
                for value, record in query.chosen.items()
            ],
            "groups": [each for each in groups if each.slug not in query.chosen],
            "place_options": place_options(state, {*query.chosen, segment(city)}),
            "countries": published_countries(state),
            "error": error,
            "min_peers": MIN_PEERS,
            "edit_url": "" if city.is_published else edit_url(city),
        }
        return render(request, "dashboard/gaps/page.html", context)


def _url(query: PeerQuery, values: list[str]) -> str:
    """The query string with these values for `peers` and the same country."""
    pairs = [(PEERS, value) for value in values]
    return "?" + urlencode(pairs + ([(WITH_COUNTRY, query.country.slug)] if query.country else []))


def _title(city: City, query: PeerQuery) -> str:
    names = [record.name for record in query.chosen.values()]
    if not names:
        title = _("%(city)s compared with similar cities") % {"city": city.name}
    elif len(names) <= MAX_NAMED:
        title = _("%(city)s compared with %(peers)s") % {"city": city.name, "peers": and_list(names)}
    else:
        title = _("%(city)s compared with chosen places") % {"city": city.name}
    if query.country:
        title = _("%(title)s, only with %(country)s") % {"title": title, "country": query.country.name}
    return title


def _choices(city: City) -> list[tuple[str, str]]:
    """The rules for selecting peers, with their labels."""
    labels = {
        PARTNERS: _("Cities it works with"),
        COUNTRY: _("Cities of its country"),
        SIZE: _("Cities of a similar size"),
    }
    return [(rule, labels[rule]) for rule in rules(city)]
