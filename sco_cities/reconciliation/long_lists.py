"""Candidates from lists that are too long for an index in memory: the full-text search finds them."""

from collections.abc import Iterator

from pyroaring import BitMap

from sco_cities.core import tokenizer
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import search_backend
from sco_cities.search.fulltext_query import matching_keys
from sco_cities.search.query_parser import QueryTerm, SearchQuery

from .name_index import NameIndex
from .record_names import names

# The names of so many records are read and compared; what finds more is no name.
_MAX_READ = 200
_MAX_WORDS, _LEFT_OUT = 8, 3


def similar_in_long_list(name: str, collection: str, state: IndexState) -> dict[int, float]:
    """The records with a similar name, by key: how alike they are. One word may be misspelt, not more."""
    for keys in _attempts(name, collection, state):
        if found := keys & state.published(collection):
            some = NameIndex(collection, names(collection, state, found[:_MAX_READ]))
            return some.similar(name)
    return {}


def _attempts(name: str, collection: str, state: IndexState) -> Iterator[BitMap]:
    words = list(dict.fromkeys(tokenizer.split(name)))[:_MAX_WORDS]
    if not words:
        return
    whole = QueryTerm(tokenizer.name_token(tokenizer.split(name)), is_prefix=False)
    yield matching_keys({collection: SearchQuery((((((whole,),)),),))}, state.using)[collection]
    yield search_backend.find(collection, [" ".join(words)], state.using, state)
    if len(words) > _LEFT_OUT:
        for word in sorted(words, key=len, reverse=True)[:_LEFT_OUT]:
            others = " ".join(each for each in words if each != word)
            yield search_backend.find(collection, [others], state.using, state)
