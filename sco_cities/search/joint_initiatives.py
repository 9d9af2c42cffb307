"""Joint initiatives of the places named by a search, such as both cities in "Ташкент Тяньцзинь"."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.cities.place_set import FILTER_BY_KIND, MOST_PLACES, joint_filters, together_url
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.punctuation import and_list
from sco_cities.sources.related_records import list_url

from .segments import NameEntry, Segment


@dataclass(frozen=True)
class PlaceCount:
    """A place, the number of its initiatives, and the URL of their list."""

    record: City | Country
    count: int
    url: str


@dataclass(frozen=True)
class JointInitiatives:
    """The initiatives that involve all of several places, as keys, and the URL of the places' page or of the list."""

    places: list[PlaceCount]
    keys: BitMap
    url: str

    collection = Initiative.collection

    @property
    def title(self) -> str:
        return and_list(place.record.name for place in self.places)


def places_in(segments: tuple[Segment, ...], state: IndexState) -> list[City | Country]:
    """The published places that the segments name. [] if any segment is not the name of a place.

    If a city and a country have the same name, the city is chosen. The country of a listed city is left out.
    """
    places: list[City | Country] = []
    for segment in segments:
        place = None if segment.is_prefix else place_among(segment.entries, state)
        if not place:
            return []
        places += [place] if place not in places else []
    return without_own_countries(places)


def without_own_countries(places: list[City | Country]) -> list[City | Country]:
    """Removes the countries of the cities in the list."""
    own_countries = {place.country_id for place in places if isinstance(place, City)}
    return [place for place in places if isinstance(place, City) or place.pk not in own_countries]


def place_among(entries: Iterable[NameEntry], state: IndexState) -> City | Country | None:
    """The published city with one of these names or, if there is none, the published country."""
    for model in (City, Country):
        for entry in entries:
            if entry.collection == model.collection and entry.key in state.published(model.collection):
                return state.index(model.collection).records[entry.key]
    return None


def joint_initiatives(places: list[City | Country], state: IndexState) -> JointInitiatives:
    """The published initiatives that involve all of the places."""
    counts, all_keys = [], []
    for place in places:
        name = FILTER_BY_KIND[type(place)]
        keys = state.filter_keys(Initiative.collection, name, place.pk)
        counts.append(PlaceCount(place, len(keys), list_url(Initiative, **{name: place.slug})))
        all_keys.append(keys)
    has_page = len(places) <= MOST_PLACES
    url = together_url(*places) if has_page else list_url(Initiative, **joint_filters(places))
    return JointInitiatives(counts, BitMap.intersection(*all_keys), url)
