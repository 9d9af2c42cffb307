"""Knowledge flow: in an initiative, all other cities learn from its reference cities.

The roles lead and partner have no direction: in "Tashkent studies Moscow's traffic" and in "Tianjin opens a workshop
in Dushanbe" the first city leads, but it learns in one and shares in the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from sco_cities.facet_index.dimensions import Values
from sco_cities.facet_index.facets import LookupMapping, Reads, ValueFacet

# Pairs of a city's role and the roles of the other cities: those it shares with, and those it learns from.
SHARES = (("reference", ("lead", "partner")),)
LEARNS = (("lead", ("reference",)), ("partner", ("reference",)))


@dataclass(frozen=True)
class KnowledgeFlowFacet(ValueFacet):
    """The initiatives in which a city shares or learns, as given by `roles`; computed per city on lookup.

    A city has one role in an initiative, so the other role belongs to another city. Unpublished cities do not count.
    """

    roles: tuple[tuple[str, tuple[str, ...]], ...]

    def bitmaps(self, state, collection):
        role_keys = super().bitmaps(state, collection)
        by_role = _keys_by_role(role_keys, state.published("cities"))
        flows = [(role, BitMap.union(*(by_role[other] for other in others))) for role, others in self.roles]
        return LookupMapping(lambda city: _keys_of(city, role_keys, flows))

    def inputs(self, state, collection):
        return (*super().inputs(state, collection), state.published("cities"))

    def reads(self, collection):
        return (*super().reads(collection), Reads("cities"))


def _keys_of(city: int, role_keys: Values, flows: Iterable[tuple[str, BitMap]]) -> BitMap:
    """The initiatives of a city with one of these roles, among those in which other cities have the other role."""
    result = BitMap()
    for role, of_others in flows:
        if own := role_keys.get((role, city)):
            result |= own & of_others
    return result


def _keys_by_role(role_keys: Values, cities: BitMap) -> dict[str, BitMap]:
    """The initiatives in which any of the cities has a role, by role."""
    return {
        role: BitMap.union(
            BitMap(), *(keys for (other, city), keys in role_keys.items() if other == role and city in cities)
        )
        for role in ("lead", "partner", "reference")
    }
