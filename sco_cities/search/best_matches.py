"""The best matches of a search: the records whose name it is, or what the places that it names have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from delegates.models import Delegate
from initiatives.models import Initiative
from sco_cities.facet_index.state import IndexState
from sco_cities.themes.models import Theme

from .joint_initiatives import JointInitiatives, joint_initiatives, places_in
from .ranking import RankedKeys
from .record_card import CARD_COLLECTIONS, RecordCard, record_card
from .result_item import ResultItem
from .searchable_lists import LISTS_BY_COLLECTION
from .synonyms import NameDictionary
from .theme_matches import theme_matcher

MAX_CARDS = 3
MAX_JOINT_INITIATIVES = 5


@dataclass(frozen=True)
class BestMatches:
    """The cards of the records with the name that is searched for; or the joint initiatives of several places.

    `hits` are the first of the joint initiatives, in list order.
    """

    cards: list[RecordCard] = field(default_factory=list)
    joint: JointInitiatives | None = None
    hits: list[ResultItem] = field(default_factory=list)

    @property
    def theme_keys(self) -> set[int]:
        """The themes that have a card."""
        return {card.hit.record.pk for card in self.cards if card.collection == Theme.collection}

    def __bool__(self):
        return bool(self.cards or self.joint)


def best_matches(
    phrase: str,
    state: IndexState,
    names: NameDictionary,
    matches: Mapping[str, RankedKeys],
    read_hits: Callable[[str, list[int]], list[ResultItem]],
) -> BestMatches:
    """The best matches of one phrase; `read_hits` gets a collection and keys."""
    places = places_in(names.segments(phrase), state)
    if len(places) > 1:
        joint = joint_initiatives(places, state)
        first = LISTS_BY_COLLECTION[Initiative.collection].first(joint.keys, MAX_JOINT_INITIATIVES, state)
        return BestMatches(joint=joint, hits=read_hits(Initiative.collection, first))
    keys = [(place.collection, place.pk) for place in places] or _named_keys(phrase, state, names, matches)
    return BestMatches(
        [
            record_card(LISTS_BY_COLLECTION[collection], hit, state)
            for collection, key in keys[:MAX_CARDS]
            for hit in read_hits(collection, [key])
        ]
    )


def _named_keys(
    phrase: str, state: IndexState, names: NameDictionary, matches: Mapping[str, RankedKeys]
) -> list[tuple[str, int]]:
    """The published records with this name; if there are none, the only person with this family name."""
    named: dict[tuple[str, int], None] = {}
    for collection in CARD_COLLECTIONS:
        keys = list(matches[collection].exact)
        if collection == Theme.collection:
            keys += theme_matcher(state).themes_named(phrase)
        named.update(((collection, key), None) for key in keys if key in state.published(collection))
    person = None if named else names.person_with_family_name(phrase)
    if person and person in state.published(Delegate.collection):
        named[Delegate.collection, person] = None
    return list(named)
