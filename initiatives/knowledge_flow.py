"""Who learns from whom: in an initiative all others learn from its reference cities.

A city that leads and its partners have no direction: of "Tashkent studies Moscow's traffic" and of "Tianjin opens a
workshop in Dushanbe" the first city leads, and learns in one and shares in the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from sco_cities.facet_index.dimensions import Values
from sco_cities.facet_index.facets import LookupMapping, ValueFacet

# Of a city's role, the roles of the others with whom it shares what it knows, and from whom it learns.
SHARES = (("reference", ("lead", "partner")),)
LEARNS = (("lead", ("reference",)), ("partner", ("reference",)))


@dataclass(frozen=True)
class KnowledgeFlowFacet(ValueFacet):
    """The initiatives in which a city shares or learns, as `roles` say; only for the cities that are looked up.

    With another city: a city has one role in an initiative. One that readers do not see is not counted as another.
    """

    roles: tuple[tuple[str, tuple[str, ...]], ...]

    def bitmaps(self, state, collection):
        parts = super().bitmaps(state, collection)
        having = _matching_keys(parts, state.published("cities"))
        return LookupMapping(lambda city: self._of(city, parts, having))

    def inputs(self, state, collection):
        return (*super().inputs(state, collection), state.published("cities"))

    def _of(self, city: int, parts: Values, having: Mapping[str, BitMap]) -> BitMap:
        found = BitMap()
        for role, others in self.roles:
            if own := parts.get((role, city)):
                found |= own & BitMap.union(*(having[other] for other in others))
        return found


def _matching_keys(parts: Values, cities: BitMap) -> dict[str, BitMap]:
    """The initiatives in which any of the cities has a role, by role."""
    return {
        wanted: BitMap.union(
            BitMap(), *(having for (role, city), having in parts.items() if role == wanted and city in cities)
        )
        for wanted in ("lead", "partner", "reference")
    }
