"""Calculates scores from 0 to 100, with reasons, for records that a query may mean.

The name contributes up to 70 points and the other columns up to 30. A contradicting column subtracts 40 points. If a
query has no other columns, only the name is scored. If a record has the given identifier, names and columns are
ignored. If no record has the identifier, the query is compared by name with records that have no identifier of this
type. A record is a match if it has at least 85 points and a lead of at least 5 points.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from pyroaring import BitMap

from sco_cities.core import tokenizer
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import registered_functions
from sco_cities.names.index import NameIndex, is_indexed, name_index, names
from sco_cities.names.similarity import at_most
from sco_cities.search.fulltext_query import QueryTerm, SearchQuery, matching_keys

from .properties import IDENTIFIERS, Property, PropertyValues, properties_of
from .property_comparison import (
    PropertyComparison,
    identified,
    is_other_place,
    is_place_of_other_kind,
    without_identifier,
)
from .queries import KINDS, Query, published_keys

# Maximum number of search results to compare. A text with more results is probably not a name, and comparing them all
# is slow.
_MAX_FOUND = 200
_MAX_WORDS, _LEFT_OUT = 8, 3
# Maximum number of searches per request that omit one word. With a million titles, each search takes up to 80 ms.
MAX_SEARCHES = 60


NAME_POINTS, PROPERTY_POINTS, CONTRADICTION = 70, 30, 40
MATCH_SCORE, MATCH_LEAD = 85, 5
# Minimum score of a matching name, even if other columns agree. For example, Pinsk and Minsk are both in Belarus.
MIN_NAME = 81
# Candidates with lower scores are omitted.
MIN_SCORE = 20
# Minimum score of a suggestion. The typed text may be incomplete, but must be similar to the suggested name.
MIN_SUGGESTED = 70
# Maximum number of records per kind whose properties are compared with the query.
_MAX_COMPARED = 30
# Maximum similarity for text that is exactly the name of another place.
_OTHER_PLACE = 0.75
# Splits names such as "Dushanbe, Tajikistan" and "Suzhou (China)".
_LAST_PART = re.compile(r"(.+?)\s*(?:[,，]\s*([^,，()（）]+)|[(（]([^()（）]+)[)）])\s*")


# Maps each collection to the given identifiers that no record in the collection has.
UnknownIdentifiers = Mapping[str, list[Property]]


@dataclass
class Candidate:
    """A record that a query may mean, with its score. `features` contains the reasons for the score."""

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
        self._searches_left = MAX_SEARCHES

    def candidates(self, queries: Mapping[str, Query]) -> dict[str, list[Candidate]]:
        """Returns the candidates of each query, best first."""
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
        """Suggests records for typed text. Names that start with the text come first, then similar names."""
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
        """Returns the records with a given identifier (None if none is given), and the unknown identifiers."""
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
        """Returns the records that lack an identifier, because an unknown identifier may belong to one of them."""
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
        """Maps the keys of records with similar names to their similarity."""
        if not is_indexed(collection, self.state):
            return self._found_by_text(name, collection)
        index = name_index(collection, self.state)
        alike = index.similar(name, name_index("countries", self.state).named)
        if not alike:
            return alike
        # The name may be the exact name of a place that is not on the site, or of a place of the other kind.
        is_other = is_other_place(name, collection, self.state) or is_place_of_other_kind(name, collection)
        if is_other and not index.named(name):
            return {key: at_most(_OTHER_PLACE, each) for key, each in alike.items()}
        return alike

    def _found_by_text(self, name: str, collection: str) -> dict[int, float]:
        """Finds similar names by full-text search in a list that is too long for an index in memory.

        Allows one misspelt word, up to a limit of searches per request.
        """
        for number, keys in enumerate(self._attempts(name, collection)):
            found = keys & self.state.published(collection)
            if number == 0:
                # Truncates the result, because a name that so many records share is never a match.
                found = found[:_MAX_FOUND]
            if len(found) > _MAX_FOUND:
                return {}
            if found:
                return NameIndex(collection, names(collection, self.state, found)).similar(name)
        return {}

    def _attempts(self, name: str, collection: str) -> Iterator[BitMap]:
        """Yields the records with exactly this name, then with all words, then with all words except one long word."""
        all_words = tokenizer.split(name)
        if not all_words:
            return
        whole = SearchQuery((((((QueryTerm(tokenizer.name_token(all_words), is_prefix=False),)),),),))
        yield matching_keys({collection: whole}, self.state.using)[collection]
        words = list(dict.fromkeys(all_words))[:_MAX_WORDS]
        yield registered_functions.find(collection, [" ".join(words)], self.state.using, self.state)
        if len(words) <= _LEFT_OUT:
            return
        for word in sorted(words, key=len, reverse=True)[:_LEFT_OUT]:
            if self._searches_left > 0:
                self._searches_left -= 1
                others = " ".join(each for each in words if each != word)
                yield registered_functions.find(collection, [others], self.state.using, self.state)

    def _split_country(self, name: str, collection: str) -> tuple[str, tuple[frozenset[int], bool] | None]:
        """Splits a city name that is followed by a country into the name and the country."""
        parts = _LAST_PART.fullmatch(name) if collection == "cities" else None
        if parts is None:
            return name, None
        country = parts.group(2) or parts.group(3)
        if keys := name_index("countries", self.state).named(country):
            return parts.group(1), (frozenset(keys), False)
        is_other = is_other_place(country, "countries", self.state)
        return (parts.group(1), (frozenset(), True)) if is_other else (name, None)

    def _features(self, collection: str, key: int, alike: float, country) -> dict[str, float | bool]:
        features: dict[str, float | bool] = {"name": round(100 * alike, 1)}
        if country is not None:
            its = self.state.index(collection).records[key].country_id
            # Omits unpublished countries, because their names are treated as names of other places.
            if its in self.state.published("countries"):
                features["country"] = its in country[0]
        return features

    def _compare_properties(self, found: Mapping[str, list[Candidate]], queries: Mapping[str, Query]) -> None:
        """Compares the other columns with the candidates and sets the candidates' scores."""
        wanted: dict[str, dict[str, Property]] = defaultdict(dict)
        keys: dict[str, dict[int, None]] = defaultdict(dict)
        for name, candidates in found.items():
            pids = [pid for pid, _values in queries[name].properties if pid not in IDENTIFIERS]
            for each in candidates if pids else ():
                known = properties_of(each.collection)
                wanted[each.collection] |= {pid: known[pid] for pid in pids if pid in known}
                keys[each.collection][each.key] = None
        stored = {
            collection: PropertyValues(collection, list(keys[collection]), list(its.values()), self.state)
            for collection, its in wanted.items()
            if its
        }
        for name, candidates in found.items():
            for collection, values in stored.items():
                own = [each for each in candidates if each.collection == collection]
                for pid, given in queries[name].properties if own else ():
                    if column := wanted[collection].get(pid):
                        agreement = self.comparison.agreement(
                            column, given, values, [each.key for each in own]
                        )
                        for each in own:
                            if (agrees := agreement[each.key]) is not None:
                                each.features[pid] = agrees
            for candidate in candidates:
                candidate.score = score_of(candidate.features)


def _identifiers(query: Query) -> Iterator[tuple[Property, list[Any]]]:
    """Yields the identifiers in other columns, for each kind that has identifiers. A name can also be a Wikidata id."""
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
