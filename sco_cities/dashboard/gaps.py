"""The page with the gaps of a city, which are themes where only its peers have initiatives.

For each gap, the page names cities to ask, and initiatives as examples.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative, Status
from initiatives.related_stats import LinkedCount
from sco_cities.cities.models import City, segment
from sco_cities.dashboard.dossier.views import place_options
from sco_cities.facet_index.facet_counts import FacetCounters, values_by_size
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import and_list
from sco_cities.listings import querystring
from sco_cities.listings.filter_options import label_sort_keys
from sco_cities.sources.related_records import MAX_LINKED_VALUES, list_url
from sco_cities.sources.views import edit_url, for_record
from sco_cities.themes.models import Theme

from .peers import (
    COLLECTION,
    COUNTRY,
    PARTNERS,
    PEERS,
    SIZE,
    WITH_COUNTRY,
    PeerGroup,
    PeerQuery,
    peer_group,
    published_countries,
    published_groups,
    read_peers,
    rules,
)

_NONE = BitMap()
# Statuses of running initiatives. An initiative that is only declared, proposed or agreed is not running.
RUNNING = (Status.UNDER_WAY, Status.OPERATING, Status.COMPLETED)
# Minimum number of peers with running initiatives on a theme.
MIN_PEERS = 2
# Maximum numbers per theme of peers, of cities to ask, and of example initiatives.
MAX_PEERS, MAX_ASKED, MAX_EXAMPLES = 12, 3, 2


@dataclass
class ThemeGap:
    """A theme where peers have running initiatives and the city has no initiatives."""

    theme: Theme
    running: LinkedCount
    # The number of peers with running initiatives, and the peers with the most running initiatives.
    peer_count: int
    peers: list[tuple[City, LinkedCount]]
    # The cities to ask, each with its numbers of operating initiatives as lead and as reference city.
    asked: list[tuple[City, LinkedCount, LinkedCount]]
    example_keys: list[int]
    examples: list[Initiative]

    @property
    def more(self) -> int:
        return self.peer_count - len(self.peers)


def theme_gaps(state: IndexState, city: City, group: PeerGroup) -> list[ThemeGap]:
    """Returns the gaps of a city, sorted by the number of peers with running initiatives, largest first."""
    finder = _Finder(state, city, group)
    gaps = [gap for key in state.published(Theme.collection) if (gap := finder.gap(key))]
    names = label_sort_keys(state, Theme.collection)
    gaps.sort(key=lambda gap: (-gap.peer_count, names[gap.theme.pk]))
    keys = {key for gap in gaps for key in gap.example_keys}
    # One query reads the examples of all themes, with the evidence for their status.
    initiatives = Initiative.objects.using(state.using).for_mention().with_sources("status")
    by_key = initiatives.in_bulk(list(keys))
    for gap in gaps:
        gap.examples = [by_key[key] for key in gap.example_keys]
    return gaps


class _Finder:
    """Finds the gaps of a city. The data for all themes is read once."""

    def __init__(self, state: IndexState, city: City, group: PeerGroup):
        self._state, self._city, self._group = state, city, group
        published, self._filters = state.published(COLLECTION), {}
        if group.country:
            published = published & state.filter_keys(COLLECTION, "country", group.country.pk)
            self._filters = {"country": group.country.slug}
        self._own = published & state.filter_keys(COLLECTION, "city", city.pk)
        self._by_theme = state.facet(COLLECTION, "theme")
        self._by_city = state.facet(COLLECTION, "city")
        self._running = published & state.filter_keys(COLLECTION, "status", *RUNNING)
        self._operating = published & state.filter_keys(COLLECTION, "status", Status.OPERATING)
        self._by_role = {
            role: values_by_size(state, COLLECTION, role, City.collection) for role in ("lead", "reference")
        }
        self._order = INITIATIVES.ordered_selection(state, INITIATIVES.localized_default_sort)

    def gap(self, key: int) -> ThemeGap | None:
        """Returns the gap on a theme. Returns None if the theme is not a gap."""
        on_theme = self._by_theme.get(key, _NONE)
        if on_theme.intersect(self._own):
            return None
        theme, running = self._state.index(Theme.collection).records[key], on_theme & self._running
        counts = {peer: self._keys(peer).intersection_cardinality(running) for peer in self._group.cities}
        peers = sorted((peer for peer in counts if counts[peer]), key=lambda peer: -counts[peer])
        if len(peers) < MIN_PEERS:
            return None
        keys = running & BitMap.union(_NONE, *map(self._keys, peers))
        filters = {**self._filters, "theme": theme.slug, "status": [status.value for status in RUNNING]}
        return ThemeGap(
            theme,
            LinkedCount(len(keys), self._url(peers, **filters)),
            len(peers),
            [(peer, LinkedCount(counts[peer], self._url([peer], **filters))) for peer in peers[:MAX_PEERS]],
            self._asked(theme, on_theme & self._operating),
            self._examples(keys),
            [],
        )

    def _keys(self, city: City) -> BitMap:
        return self._by_city.get(city.pk, _NONE)

    @staticmethod
    def _url(cities: list[City], **filters) -> str:
        if len(cities) > MAX_LINKED_VALUES:
            return ""
        return list_url(Initiative, **filters, city=[city.slug for city in cities])

    def _asked(self, theme: Theme, operating: BitMap) -> list[tuple[City, LinkedCount, LinkedCount]]:
        """Returns the published cities that are lead or reference city in the most operating initiatives on a theme."""
        # The result cannot contain the city of this page, because that city has no initiatives on the theme.
        counters = FacetCounters()
        leads, models = (
            sizes.most_frequent(counters.counter(operating, sizes.last), None)
            for sizes in self._by_role.values()
        )
        numbers = {key: (leads.get(key, 0), models.get(key, 0)) for key in leads | models}
        records = self._state.index(City.collection).records
        names = label_sort_keys(self._state, City.collection)
        most = sorted(numbers, key=lambda key: (-sum(numbers[key]), names[key]))[:MAX_ASKED]
        filters = {**self._filters, "theme": theme.slug, "status": Status.OPERATING.value}
        return [
            (
                records[key],
                *(
                    LinkedCount(number, list_url(Initiative, **{role: records[key].slug}, **filters))
                    for role, number in zip(("lead", "reference"), numbers[key], strict=True)
                ),
            )
            for key in most
        ]

    def _examples(self, keys: BitMap) -> list[int]:
        """Returns the most recently reported initiatives, operating initiatives first."""
        operating = keys & self._operating
        first = self._order.window(operating, 0, min(len(operating), MAX_EXAMPLES))
        others = keys - operating
        return first + self._order.window(others, 0, min(len(others), MAX_EXAMPLES - len(first)))


# Maximum number of chosen places named in the title.
MAX_NAMED = 3


@require_safe
@for_record(City, has_mementos=False)
def page(request: HttpRequest, city: City) -> HttpResponse:
    """Shows the gaps of a city compared with the selected peers. If a value is invalid, shows an error and no gaps."""
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
    """Returns the query string with these values of `peers` and the country of `query`."""
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
    """Returns the rules for selecting peers, with their labels."""
    labels = {
        PARTNERS: _("Cities it works with"),
        COUNTRY: _("Cities of its country"),
        SIZE: _("Cities of a similar size"),
    }
    return [(rule, labels[rule]) for rule in rules(city)]
