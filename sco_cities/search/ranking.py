"""Ranks search results. Exact names come first, then names that start with the phrase, then other matches."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from pyroaring import BitMap

from sco_cities.cities.models import Country
from sco_cities.core import tokenizer
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.countries import country_code

from . import frequent_words, synonyms
from .fulltext_query import matching_keys_batch
from .query_parser import QueryTerm, SearchQuery
from .shown_records import ShownRecords
from .synonyms import NameDictionary


@dataclass(frozen=True)
class RankedKeys:
    """The matching keys of a collection by rank, in any publication state."""

    exact: BitMap
    prefix: BitMap
    other: BitMap

    @property
    def ranks(self) -> tuple[BitMap, BitMap, BitMap]:
        return self.exact, self.prefix, self.other


def rank(
    phrases: list[str],
    collections: Iterable[str],
    state: IndexState,
    names: NameDictionary,
    shown: ShownRecords | None = None,
) -> dict[str, RankedKeys]:
    """Ranks the records that contain all words of any phrase. Words also match the names of `shown` records."""
    collections, search = list(collections), names.search(phrases)
    exact, prefix, *own = matching_keys_batch(
        [
            dict.fromkeys(collections, _name_query(phrases, names, is_prefix=False)),
            dict.fromkeys(collections, _name_query(phrases, names, is_prefix=True)),
            *([] if shown else [dict.fromkeys(collections, search)]),
        ],
        state.using,
        state,
    )
    matches = (
        frequent_words.matching_keys(search, collections, state.using, state, shown) if shown else own[0]
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


def named(collection: str, text: str, state: IndexState) -> list[int]:
    """The published records named by `text`. Full names come first, then prefixes, then other words.

    Countries are also found by their codes and their names in CLDR.
    """
    by_code: list[int] = []
    if collection == Country.collection and (code := country_code(text)):
        records = state.index(collection).records
        by_code = [key for key, record in records.items() if record.slug == code.lower()]
    ranks = rank([text], [collection], state, synonyms.current(state.using))[collection].ranks
    published = state.published(collection)
    return [key for key in dict.fromkeys([*by_code, *chain.from_iterable(ranks)]) if key in published]


def _ranked_keys(exact: BitMap, prefix: BitMap, matches: BitMap) -> RankedKeys:
    exact = exact & matches
    prefix = (prefix & matches) - exact
    return RankedKeys(exact, prefix, matches - exact - prefix)


def _name_query(phrases: Iterable[str], names: NameDictionary, *, is_prefix: bool) -> SearchQuery:
    """A query for records whose name or title equals a phrase or, with `is_prefix`, starts with one."""
    tokens = dict.fromkeys(
        tokenizer.name_token(name) for phrase in phrases for name in names.synonyms(phrase)
    )
    return SearchQuery(tuple((((QueryTerm(token, is_prefix),),),) for token in tokens))
