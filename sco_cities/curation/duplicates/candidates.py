"""Finding pairs that may be one and the same: never by comparing all with all.

Records are compared only where they share a key: the outline of a name, a telling word of it within the same
country (or whatever else the kind has in common), or the address of a page.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.contrib import admin
from django.db import router
from django.db.models import Q

from sco_cities.db.pk_filter import pk_in
from sco_cities.listings import search_backend
from sco_cities.sources.base_models import Record

from .normalization import NormalizedName, outline
from .similarity import Match, SimilarityConfig, Traits, compare
from .trait_queries import traits

# A key that more records share tells nothing about them; under one, a record is compared with so many of those
# that follow it in alphabetical order.
_MOST_SHARING, _NEIGHBOURS = 200, 10
# So many of what records have in common are looked at: initiatives of thirty countries are no likelier to be two.
_MAX_BLOCK_SIZE = 4
_BEGINNING, _FEW_WORDS = 4, 3
# For fewer new rows than this, search finds those that are worth comparing.
_FEW = 20
# An entry is a key's hash and, in its last digits, the place of the record.
_PLACES = 1 << 24
_HASHES = 1 << 38


@dataclass(frozen=True)
class CandidatePair:
    """Two stored records that may be one; `first` has the lower key."""

    first: int
    second: int
    match: Match


def similarity_config(model: type[Record]) -> SimilarityConfig | None:
    """What makes two records of a kind alike, as its admin says."""
    return admin.site.get_model_admin(model).alike if admin.site.is_registered(model) else None


def candidate_pairs(
    model: type[Record], rows: Sequence[Mapping[str, object]], *, most: int = 5
) -> list[list[tuple[int, Match]]]:
    """For each new row, the stored records that it may repeat: their keys and how they are alike, best first.

    A row holds values by name of field, as texts; what it names, it names by slug, in a list where it names many.
    """
    likeness = similarity_config(model)
    if likeness is None or not rows:
        return [[] for _row in rows]
    new = [Traits.of(likeness, row) for row in rows]
    places = defaultdict(list)
    for place, row in enumerate(new):
        for key in _keys(row):
            places[key].append(place)
    found: list[list[tuple[int, Match]]] = [[] for _row in rows]
    for record in traits(model, likeness, _worth_comparing(model, likeness, new)):
        for place in {place for key in _keys(record) for place in places.get(key, ())}:
            if match := compare(likeness, new[place], record):
                found[place].append((record.key, match))
    return [sorted(matches, key=lambda each: (-each[1].score, each[0]))[:most] for matches in found]


def _worth_comparing(model: type[Record], likeness: SimilarityConfig, new: list[Traits]) -> Q | None:
    """The stored records that can share a key with a few new ones; None, for all, where there are many."""
    if len(new) > _FEW:
        return None
    phrases = {phrase for row in new for name in row.spelled for phrase in _phrases(name)}
    found = Q(pk__in=())
    if phrases:
        found |= pk_in(search_backend.find(model.collection, sorted(phrases), router.db_for_read(model)))
    for row in new:
        if row.address:
            found |= Q(**{f"{likeness.address}__icontains": row.address.partition("?")[0]})
    return found


def _phrases(name: NormalizedName) -> Iterator[str]:
    """Searches that find all names alike: for two beginnings of words that they share, and for all numbers."""
    beginnings = [word[:_BEGINNING] for word in name.telling(2)] or [name.letters[:_BEGINNING]]
    for some in combinations(beginnings, 2) if len(beginnings) > _FEW_WORDS else zip(beginnings, strict=True):
        yield " ".join((*some, name.numbers))


def pairs(model: type[Record]) -> list[CandidatePair]:
    """All stored pairs that may be one, best first."""
    likeness = similarity_config(model)
    if likeness is None:
        return []
    records = sorted(traits(model, likeness), key=lambda each: each.name)
    found, seen = [], set()
    for one, other in _candidates(records):
        place = one * _PLACES + other
        if place not in seen:
            seen.add(place)
            first, second = sorted((records[one], records[other]), key=lambda each: each.key)
            if match := compare(likeness, first, second):
                found.append(CandidatePair(first.key, second.key, match))
    return sorted_pairs(found)


def candidates_for(model: type[Record], keys: Sequence[int]) -> list[CandidatePair]:
    """The pairs of which one is among these few records, in any order."""
    likeness = similarity_config(model)
    found = {}
    for start in range(0, len(keys), _FEW):
        some = list(traits(model, likeness, pk_in(keys[start : start + _FEW])))
        by_key = defaultdict(list)
        for record in some:
            for key in _keys(record):
                by_key[key].append(record)
        for other in traits(model, likeness, _worth_comparing(model, likeness, some)) if some else ():
            sharing = {one.key: one for key in _keys(other) for one in by_key.get(key, ())}
            for one in sharing.values():
                if one.key != other.key:
                    first, second = sorted((one, other), key=lambda each: each.key)
                    if match := compare(likeness, first, second):
                        found[first.key, second.key] = CandidatePair(first.key, second.key, match)
    return list(found.values())


def sorted_pairs(found: list[CandidatePair]) -> list[CandidatePair]:
    """Pairs, best first."""
    return sorted(found, key=lambda pair: (-pair.match.score, pair.first, pair.second))


def _candidates(records: list[Traits]) -> Iterator[tuple[int, int]]:
    """Places of records that share a key."""
    # Numbers in one list take a tenth of the memory of lists by key.
    entries = sorted(
        hash(key) % _HASHES * _PLACES + place for place, each in enumerate(records) for key in _keys(each)
    )
    start = 0
    while start < len(entries):
        shared = entries[start] // _PLACES
        end = start + 1
        while end < len(entries) and entries[end] // _PLACES == shared:
            end += 1
        if end - start <= _MOST_SHARING:
            places = [entry % _PLACES for entry in entries[start:end]]
            for at, one in enumerate(places):
                for other in places[at + 1 : at + 1 + _NEIGHBOURS]:
                    yield one, other
        start = end


def _keys(record: Traits) -> set[tuple[str, ...]]:
    """What a record shares with all that are alike."""
    keys = {("name", each) for name in record.spelled for each in name.outlines}
    if record.address:
        keys.add(("address", record.address))
    common = [(name, value) for name, values in record.in_common.items() for value in sorted(values)]
    if name := next(record.spelled, None):
        telling = {outline(word) for word in name.telling()} | {name.letters[:_BEGINNING]}
        places = common[:_MAX_BLOCK_SIZE] or [("", "")]
        numbers = name.numbers
        keys |= {(*place, word, numbers) for place in places for word in telling}
    return keys
