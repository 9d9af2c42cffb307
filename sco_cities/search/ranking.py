"""What a search finds, in ranks: what is called so, what is called something that begins so, and the rest."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from sco_cities.core import tokenizer

from .fulltext_query import matching_any
from .query_parser import QueryTerm, SearchQuery
from .synonyms import NameDictionary


@dataclass(frozen=True)
class RankedKeys:
    """The keys of what was found of a kind of record, in any state of publication."""

    exactly: BitMap
    beginning: BitMap
    other: BitMap

    @property
    def ranks(self) -> tuple[BitMap, BitMap, BitMap]:
        return self.exactly, self.beginning, self.other

    @property
    def keys(self) -> BitMap:
        return self.exactly | self.beginning | self.other


def rank(
    phrases: list[str], collections: Iterable[str], using: str, names: NameDictionary
) -> dict[str, RankedKeys]:
    """What contains all words of one of the phrases, by kind of record; asked with one query."""
    collections = list(collections)
    exactly, beginning, containing = matching_any(
        [
            dict.fromkeys(collections, _called(phrases, names, may_go_on=False)),
            dict.fromkeys(collections, _called(phrases, names, may_go_on=True)),
            dict.fromkeys(collections, names.search(phrases)),
        ],
        using,
    )
    for phrase in phrases:
        for known, found in zip(names.called(phrase), (exactly, beginning), strict=True):
            for collection, keys in known.items():
                if collection in found:
                    found[collection] |= BitMap(keys)
    return {
        collection: _in_ranks(exactly[collection], beginning[collection], containing[collection])
        for collection in collections
    }


def _in_ranks(exactly: BitMap, beginning: BitMap, containing: BitMap) -> RankedKeys:
    exactly = exactly & containing
    beginning = (beginning & containing) - exactly
    return RankedKeys(exactly, beginning, containing - exactly - beginning)


def _called(phrases: Iterable[str], names: NameDictionary, *, may_go_on: bool) -> SearchQuery:
    """What the documents of records hold whose name or title is one of the phrases, or begins with one."""
    tokens = dict.fromkeys(
        tokenizer.name_token(name) for phrase in phrases for name in names.synonyms(phrase)
    )
    return SearchQuery(tuple((((QueryTerm(token, may_go_on),),),) for token in tokens))
