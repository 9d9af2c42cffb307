"""Finds candidates by full-text search in lists that are too long for an index in memory."""

from collections.abc import Iterator

from pyroaring import BitMap

from sco_cities.core import tokenizer
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import registered_functions
from sco_cities.names.index import NameIndex
from sco_cities.names.records import names
from sco_cities.search.fulltext_query import QueryTerm, SearchQuery, matching_keys

# Maximum number of results to compare. A text with more results is hardly a name, and comparing them would take long.
_MAX_FOUND = 200
_MAX_WORDS, _LEFT_OUT = 8, 3
# Maximum number of searches per request that leave one word out. With a million titles, each takes up to 80 ms.
MAX_SEARCHES = 60


class FulltextCandidates:
    """Finds records with similar names. One word may be misspelt, up to a limit of searches per request."""

    def __init__(self, state: IndexState):
        self.state = state
        self._searches_left = MAX_SEARCHES

    def similar(self, name: str, collection: str) -> dict[int, float]:
        """Maps the keys of records with similar names to their similarity."""
        for number, keys in enumerate(self._attempts(name, collection)):
            found = keys & self.state.published(collection)
            if number == 0:
                # If more records than this have exactly this name, none of them would be a match.
                found = found[:_MAX_FOUND]
            if len(found) > _MAX_FOUND:
                return {}
            if found:
                return NameIndex(collection, names(collection, self.state, found)).similar(name)
        return {}

    def _attempts(self, name: str, collection: str) -> Iterator[BitMap]:
        """Yields the records with exactly this name, then with all of its words, then with all but one long word."""
        all_words = tokenizer.split(name)
        if not all_words:
            return
        whole = SearchQuery((((((QueryTerm(tokenizer.name_token(all_words), is_prefix=False),)),),),))
        yield matching_keys({collection: whole}, self.state.using)[collection]
        words = list(dict.fromkeys(all_words))[:_MAX_WORDS]
        yield self._find(words, collection)
        if len(words) <= _LEFT_OUT:
            return
        for word in sorted(words, key=len, reverse=True)[:_LEFT_OUT]:
            if self._searches_left > 0:
                self._searches_left -= 1
                yield self._find([each for each in words if each != word], collection)

    def _find(self, words: list[str], collection: str) -> BitMap:
        return registered_functions.find(collection, [" ".join(words)], self.state.using, self.state)
