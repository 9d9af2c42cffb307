"""Scores how likely it is that a query means a record, from 0 to 100, with the reasons.

The name counts for up to 70 points and the other columns for up to 30. A contradicting column subtracts 40 points.
Without other columns, only the name counts. If a record has the given identifier, nothing else counts. If no record
has it, the query is compared by name with records that lack such an identifier. A record is a match if it has at
least 85 points and the next one is 5 points behind.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from sco_cities.facet_index.state import IndexState
from sco_cities.names.records import is_indexed, name_index
from sco_cities.names.similarity import at_most

from .fulltext_candidates import FulltextCandidates
from .kinds import KINDS, published_keys
from .properties import IDENTIFIERS, Property, PropertyValues, properties_of
from .property_comparison import (
    PropertyComparison,
    identified,
    is_place_of_other_kind,
    other_places,
    without_identifier,
)
from .queries import Query

NAME_POINTS, PROPERTY_POINTS, CONTRADICTION = 70, 30, 40
MATCH_SCORE, MATCH_LEAD = 85, 5
# If the name's score is lower, other columns cannot make a match. For example, Pinsk and Minsk are both in Belarus.
MIN_NAME = 81
# Candidates with lower scores are left out.
MIN_SCORE = 20
# Minimum score of a suggestion. Incomplete names are allowed, but must be similar to the typed text.
MIN_SUGGESTED = 70
# Maximum number of records per kind whose properties are compared with the query.
_MAX_COMPARED = 30
# Maximum similarity of a name that belongs exactly to another place.
_OTHER_PLACE = 0.75
# Splits names such as "Dushanbe, Tajikistan" and "Suzhou (China)".
_LAST_PART = re.compile(r"(.+?)\s*(?:[,，]\s*([^,，()（）]+)|[(（]([^()（）]+)[)）])\s*")


# Maps each collection to those given identifiers that no record of the collection has.
UnknownIdentifiers = Mapping[str, list[Property]]


@dataclass
class Candidate:
    """A record that a query may mean, with its score. `features` are the reasons by name."""

    collection: str
    key: int
    score: float
    features: dict[str, float | bool] = field(default_factory=dict)
    is_match: bool = False
    is_identified: bool = False


class CandidateFinder:
    """Finds and scores candidates for queries. All queries use the same index state."""

    def __init__(self, state: IndexState):
        self.state = state
        self.comparison = PropertyComparison(state)
        self.fulltext = FulltextCandidates(state)

    def candidates(self, queries: Mapping[str, Query]) -> dict[str, list[Candidate]]:
        """The candidates of each query, best first."""
        found, named = {}, {}
        for name, query in queries.items():
            identified_records, unknown = self._identified(query)
            if identified_records is None:
                named[name] = query
                found[name] = self._with_similar_names(query, unknown)
            else:
                found[name] = identified_records
        self._compare_properties({name: found[name] for name in named}, named)
        return {name: _ranked(found[name], query.limit) for name, query in queries.items()}

    def suggestions(self, query: Query) -> list[Candidate]:
        """Suggestions for typed text. Records whose name starts with it come first, then similar names."""
        if query.id:
            certain, _unknown = self._identified(query)
            return (certain or [])[: query.limit]
        found: dict[tuple[str, int], Candidate] = {}
        for collection in query.collections:
            if is_indexed(collection, self.state):
                for key in name_index(collection, self.state).beginning_with(query.name):
                    found[collection, key] = Candidate(collection, key, 100.0)
        similar = self._with_similar_names(query, {}) if query.name else []
        for each in sorted(similar, key=lambda each: -each.score):
            if each.score < MIN_SUGGESTED:
                break
            found.setdefault((each.collection, each.key), each)
        return list(found.values())[: query.limit]

    def _identified(self, query: Query) -> tuple[list[Candidate] | None, UnknownIdentifiers]:
        """The records with a given identifier (None without identifiers), and the identifiers that no record has."""
        if query.id:
            keys = published_keys([query.id], self.state) if query.id.collection in query.collections else {}
            return [_certain(each.collection, key) for each, key in keys.items()], {}
        keys: dict[str, set[int]] = {}
        unknown: dict[str, list[Property]] = defaultdict(list)
        for wanted, values in _identifiers(query):
            found = identified(wanted, values, self.state)
            if found:
                keys[wanted.collection] = keys.get(wanted.collection, found) & found
            elif found is not None:
                unknown[wanted.collection].append(wanted)
        if not keys:
            return ([] if query.wikidata_id else None), unknown
        certain = [
            _certain(collection, key)
            for collection, found in keys.items()
            for key in sorted(self._without(unknown[collection], found))
        ]
        return certain, {}

    def _without(self, identifiers: Iterable[Property], keys: Iterable[int]) -> set[int]:
        """The records that lack these identifiers. An identifier that no record has yet may belong to one of them."""
        for wanted in identifiers:
            keys = without_identifier(wanted, keys, self.state)
        return set(keys)

    def _with_similar_names(self, query: Query, unknown: UnknownIdentifiers) -> list[Candidate]:
        candidates = []
        for collection in query.collections:
            if unknown and collection not in unknown:
                continue
            name, country = self._split_country(query.name, collection)
            alike = self._similar(name, collection)
            possible = self._without(unknown.get(collection, ()), alike)
            best = nlargest(
                max(_MAX_COMPARED, query.limit), possible, key=lambda key, alike=alike: (alike[key], -key)
            )
            candidates += [
                Candidate(
                    collection, key, 100 * alike[key], self._features(collection, key, alike[key], country)
                )
                for key in best
            ]
        return candidates

    def _similar(self, name: str, collection: str) -> dict[int, float]:
        if not is_indexed(collection, self.state):
            return self.fulltext.similar(name, collection)
        index = name_index(collection, self.state)
        alike = index.similar(name, name_index("countries", self.state).named)
        if alike and self._is_other_place(name, collection) and not index.named(name):
            return {key: at_most(_OTHER_PLACE, each) for key, each in alike.items()}
        return alike

    def _is_other_place(self, name: str, collection: str) -> bool:
        """True if the name belongs exactly to a place that is not on the site, or to a place of the other kind."""
        return name in other_places(collection, self.state) or is_place_of_other_kind(name, collection)

    def _split_country(self, name: str, collection: str) -> tuple[str, tuple[frozenset[int], bool] | None]:
        """Splits a city name with a country after it into the name and the country."""
        parts = _LAST_PART.fullmatch(name) if collection == "cities" else None
        if parts is None:
            return name, None
        index, others = name_index("countries", self.state), other_places("countries", self.state)
        country = parts.group(2) or parts.group(3)
        if keys := index.named(country):
            return parts.group(1), (frozenset(keys), False)
        return (parts.group(1), (frozenset(), True)) if country in others else (name, None)

    def _features(self, collection: str, key: int, alike: float, country) -> dict[str, float | bool]:
        features: dict[str, float | bool] = {"name": round(100 * alike, 1)}
        if country is not None:
            its = self.state.index(collection).records[key].country_id
            # Names of unpublished countries count as names of other places, so these countries are not compared.
            if its in self.state.published("countries"):
                features["country"] = its in country[0]
        return features

    def _compare_properties(self, found: Mapping[str, list[Candidate]], queries: Mapping[str, Query]) -> None:
        """Compares the other columns with each candidate and sets its score."""
        wanted: dict[str, set[str]] = defaultdict(set)
        keys: dict[str, dict[int, None]] = defaultdict(dict)
        for name, candidates in found.items():
            pids = [pid for pid, _values in queries[name].properties if pid not in IDENTIFIERS]
            for candidate in candidates if pids else ():
                wanted[candidate.collection].update(
                    pid for pid in pids if pid in properties_of(candidate.collection)
                )
                keys[candidate.collection][candidate.key] = None
        stored = {
            collection: PropertyValues(
                collection,
                list(keys[collection]),
                [properties_of(collection)[pid] for pid in sorted(pids)],
                self.state,
            )
            for collection, pids in wanted.items()
            if pids
        }
        for name, candidates in found.items():
            for collection, values in stored.items():
                own = [each for each in candidates if each.collection == collection]
                self._add_agreement(own, queries[name], collection, values)
            for candidate in candidates:
                candidate.score = score_of(candidate.features)

    def _add_agreement(
        self, candidates: list[Candidate], query: Query, collection: str, stored: PropertyValues
    ) -> None:
        for pid, values in query.properties if candidates else ():
            wanted = properties_of(collection).get(pid)
            if wanted is None or pid in IDENTIFIERS:
                continue
            keys = [each.key for each in candidates]
            agreement = self.comparison.agreement(wanted, values, stored, keys)
            for candidate in candidates:
                if (agrees := agreement[candidate.key]) is not None:
                    candidate.features[pid] = agrees


def _identifiers(query: Query) -> Iterator[tuple[Property, list[Any]]]:
    """Yields the identifiers in other columns, for each kind that has them. A name can also be a Wikidata id."""
    given: dict[str, list[Any]] = defaultdict(list)
    for pid, values in (
        *query.properties,
        ("wikidata_id", (query.wikidata_id,) if query.wikidata_id else ()),
    ):
        given[pid] += values
    for collection in query.collections:
        for pid in IDENTIFIERS:
            if given[pid] and (wanted := properties_of(collection).get(pid)):
                yield wanted, given[pid]


def _certain(collection: str, key: int) -> Candidate:
    return Candidate(collection, key, 100.0, {"identifier": True}, is_identified=True)


def score_of(features: Mapping[str, float | bool]) -> float:
    """Calculates the score from the similarity of the names and the results of the other columns."""
    said = [value for value in features.values() if isinstance(value, bool)]
    names = float(features["name"])
    if not said:
        return names
    agreeing = sum(said) / len(said)
    score = names * NAME_POINTS / 100 + PROPERTY_POINTS * agreeing
    return round(max(0.0, score - (0 if all(said) else CONTRADICTION)), 1)


def _ranked(candidates: Iterable[Candidate], limit: int) -> list[Candidate]:
    ranked = sorted(
        (each for each in candidates if each.score >= MIN_SCORE),
        key=lambda each: (-each.score, list(KINDS).index(each.collection), each.key),
    )
    if ranked:
        first, second = ranked[0], ranked[1].score if len(ranked) > 1 else 0
        is_alone = first.score - second >= MATCH_LEAD
        is_named = first.is_identified or first.features["name"] >= MIN_NAME
        first.is_match = is_alone and is_named and first.score >= MATCH_SCORE
    return ranked[:limit]
