"""The selected city of a map: found by what a reader has typed or clicked, and shown in a panel."""

from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlencode

from django.http import QueryDict

from sco_cities.cities.columns import CITIES
from sco_cities.cities.models import City
from sco_cities.core.localized_names import Localized
from sco_cities.dashboard.charts.breakdowns import by_pillar, by_status
from sco_cities.dashboard.charts.scope import ChartMark, ChartScope
from sco_cities.dashboard.cooccurrence import CITY
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings.filter_options import labels
from sco_cities.listings.list_query import ListQuery

from .network import Network, NetworkCounts

# The number of partner cities and of topics in the panel.
MAX_ROWS = 3


@dataclass(frozen=True)
class PartnerLink:
    """A partner city, the number of joint initiatives, and the URL of their list."""

    name: Localized
    count: int
    url: str


@dataclass(frozen=True)
class CityPanel:
    """What a map shows of its selected city, under the filters of the map; every number is that of a list.

    `counted` is the number of records in words, and `url` leads to their list. Only initiatives have statuses, partners
    and topics.
    """

    city: City
    name: Localized
    counted: str
    url: str
    statuses: list[ChartMark] = field(default_factory=list)
    partners: list[PartnerLink] = field(default_factory=list)
    topics: list[ChartMark] = field(default_factory=list)

    @classmethod
    def of(cls, numbers: Network | NetworkCounts, key: int) -> "CityPanel":
        """The panel of a city of a map."""
        scope, state, count = numbers.scope, numbers.state, numbers.cities[key]
        city, names = state.index(CITY.collection).records[key], labels(state, CITY.collection)
        counted = scope.listing.count_label % {"count": GroupedInt(count)}
        url = scope.url_of_city(city.slug)
        if not numbers.has_roles or not count:
            return cls(city, names[key], counted, url)
        chart = ChartScope(
            state,
            scope.keys & state.facet(scope.listing.collection, CITY.name)[key],
            QueryDict(url.partition("?")[2]),
        )
        topics = [theme for pillar in by_pillar(chart) for theme in pillar.themes if theme.count]
        return cls(
            city,
            names[key],
            counted,
            url,
            [mark for mark in by_status(chart) if mark.count],
            [
                PartnerLink(names[other], joint, scope.url_of_edge(key, other))
                for other, joint in islice(numbers.partners(key).items(), MAX_ROWS)
            ],
            sorted(topics, key=lambda mark: -mark.count)[:MAX_ROWS],
        )


def find_city(state: IndexState, cities: dict[int, int], text: str) -> tuple[int | None, str]:
    """The city that a text means: its key if it is one of `cities`, else None; and its name, or the text itself.

    A text is a slug, or a name in any script. If several cities match, the first one of `cities` is meant.
    """
    records, names = state.index(CITY.collection).records, labels(state, CITY.collection)
    matches = _cities_named(state, text)
    for key in cities:
        if key in matches:
            return key, names[key]
    return None, next((names[key] for key in sorted(matches) if key in records), text)


def _cities_named(state: IndexState, text: str) -> set[int]:
    """The published cities with this slug, or with exactly this name, or that the search finds by their names."""
    records, published = state.index(CITY.collection).records, state.published(CITY.collection)
    wanted = text.casefold()
    for values in (lambda city: {city.slug}, _names):
        if exact := {key for key in published if wanted in values(records[key])}:
            return exact
    list_query = ListQuery(CITIES, state, QueryDict(urlencode({"q": text})))
    return set() if list_query.errors else set(list_query.result_set.keys)


def _names(city: City) -> set[str]:
    return {name.casefold() for name in (city.name_en, city.name_ru, city.name_zh) if name}
