"""Ranks search results: exact names first, then names that start with the phrase, then the rest."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from sco_cities.core import tokenizer

from .fulltext_query import matching_keys_batch
from .query_parser import QueryTerm, SearchQuery
from .synonyms import NameDictionary


@dataclass(frozen=True)
class RankedKeys:
    """The matching keys of one collection by rank, in any publication state."""

    exact: BitMap
    prefix: BitMap
    other: BitMap

    @property
    def ranks(self) -> tuple[BitMap, BitMap, BitMap]:
        return self.exact, self.prefix, self.other


def rank(
    phrases: list[str], collections: Iterable[str], using: str, names: NameDictionary
) -> dict[str, RankedKeys]:
    """The records that contain all words of any phrase, by collection; one SQL query."""
    collections = list(collections)
    exact, prefix, matches = matching_keys_batch(
        [
            dict.fromkeys(collections, _name_query(phrases, names, is_prefix=False)),
            dict.fromkeys(collections, _name_query(phrases, names, is_prefix=True)),
            dict.fromkeys(collections, names.search(phrases)),
        ],
        using,
    )
    for phrase in phrases:
        for known, ranked in zip(names.keys_by_name(phrase), (exact, prefix), strict=True):
            for collection, keys in known.items():
                if collection in ranked:
                    ranked[collection] |= BitMap(keys)
    return {
        collection: _ranked_keys(exact[collection], prefix[collection], matches[collection])
        for collection in collections
    }


def _ranked_keys(exact: BitMap, prefix: BitMap, matches: BitMap) -> RankedKeys:
    exact = exact & matches
    prefix = (prefix & matches) - exact
    return RankedKeys(exact, prefix, matches - exact - prefix)


def _name_query(phrases: Iterable[str], names: NameDictionary, *, is_prefix: bool) -> SearchQuery:
    """Matches records whose name or title is one of the phrases; with `is_prefix`, also starts with one."""
    tokens = dict.fromkeys(
        tokenizer.name_token(name) for phrase in phrases for name in names.synonyms(phrase)
    )
    return SearchQuery(tuple((((QueryTerm(token, is_prefix),),),) for token in tokens))
