"""The cities that a city is compared with: of its country, of a similar size, or those it works with."""

from dataclasses import dataclass

from pyroaring import BitMap

from initiatives.columns import INITIATIVES
from sco_cities.cities.models import City
from sco_cities.facet_index.state import IndexState

COLLECTION = INITIATIVES.collection
PARTNERS, COUNTRY, SIZE = PEER_CHOICES = ("partners", "country", "size")
# A city of a similar size has at least half and at most twice the population.
SIZE_FACTOR = 2
_NONE = BitMap()


@dataclass(frozen=True)
class PeerGroup:
    """The published cities that a city is compared with, by name; of a similar size, with the limits of this."""

    choice: str
    cities: list[City]
    least: int | None = None
    most: int | None = None


def peer_group(state: IndexState, city: City, choice: str) -> PeerGroup:
    """The peers of `city` for one of `PEER_CHOICES`; none of a similar size if its population is not known."""
    records = state.index(City.collection).records
    others = [records[key] for key in state.published(City.collection) if key != city.pk]
    least = most = None
    match choice:
        case "country":
            peers = [other for other in others if other.country_id == city.country_id]
        case "size" if city.population:
            # Whole inhabitants within the limits: rounded up, and exact.
            least, most = -(-city.population // SIZE_FACTOR), city.population * SIZE_FACTOR
            peers = [other for other in others if least <= (other.population or -1) <= most]
        case "size":
            peers = []
        case _:
            own, by_city = state.filter_keys(COLLECTION, "city", city.pk), state.facet(COLLECTION, "city")
            peers = [other for other in others if by_city.get(other.pk, _NONE).intersect(own)]
    return PeerGroup(choice, sorted(peers, key=lambda peer: (peer.name_en, peer.slug)), least, most)
