"""Caches the keys of records that contain the most frequent words of long lists, in each web process.

The database takes 20 ms (SQLite) to 60 ms (PostgreSQL) to return the keys of 250,000 records that contain a word. This
module reads bitmaps of these keys in the background after startup or a very large change. A bitmap takes at most 125 kB
for a million records. After smaller changes, only the changed records are read again, as in lazy dimensions. Searches
for rare words, longer words with the same prefix, and other names use the database.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import DatabaseError, connections
from pyroaring import BitMap

from sco_cities.core import tokenizer
from sco_cities.facet_index import refresh, registry
from sco_cities.facet_index.dimensions import Values, batches, repack, replace_values
from sco_cities.facet_index.state import IndexState

from . import fulltext_query, synonyms
from .fulltext_query import Alternatives, Phrase, SearchQuery, split_whole_word

log = logging.getLogger(__name__)

# Shorter lists need no cache, because the database finds every word in a few milliseconds.
LONG_LIST = 100_000
# A word is frequent if at least this share of the records in an evenly spread sample contains the word.
MIN_SHARE = 0.1
SAMPLE = 1_000
MAX_WORDS = 48
# Searches with more phrases use only the database, because readers do not enter so many phrases.
MAX_PHRASES = 10
# The cache key of a collection.
_CACHE = "frequent words"


@dataclass(frozen=True)
class _Part:
    """Words of a phrase, with the cached records that contain them, and a query for the remaining records."""

    known: BitMap
    further: SearchQuery


def find(collection: str, phrases: list[str], using: str, state: IndexState | None = None) -> BitMap:
    """Returns the keys of records, in any publication state, that contain all words of at least one phrase.

    If a phrase names a city, country or delegate, records that contain another name of this place or person also match.
    If a `state` of the facet index is given, frequent words are read from the cache.
    """
    search = synonyms.current(using).search(phrases)
    return matching_keys(search, [collection], using, state)[collection]


def matching_keys(
    search: SearchQuery,
    collections: Iterable[str],
    using: str,
    state: IndexState | None = None,
    shown: Any = None,
) -> dict[str, BitMap]:
    """Returns the matching record keys by collection, from one SQL query.

    If `shown` (`ranking.ShownRecords`) is given, words also match the names of the records shown with a record.
    """
    parts = {name: _parts_by_phrase(search, name, state, shown) for name in collections}
    found = iter(
        fulltext_query.matching_keys_batch(
            [
                {name: part.further}
                for name, phrases in parts.items()
                for phrase in phrases
                for part in phrase
            ],
            using,
            state,
        )
    )
    matches = {
        name: BitMap.union(
            BitMap(),
            *(
                BitMap.intersection(*(part.known | next(found)[name] for part in phrase))
                for phrase in phrases
            ),
        )
        for name, phrases in parts.items()
    }
    return {name: keys | shown.keys_by_slug(name) for name, keys in matches.items()} if shown else matches


def _parts_by_phrase(
    search: SearchQuery, collection: str, state: IndexState | None, shown: Any
) -> list[list[_Part]]:
    """Splits each phrase into parts. If none of the words is cached, the search is one part."""
    words = current(state, collection) if state and len(search.phrases) <= MAX_PHRASES else {}
    more = partial(shown.keys, collection) if shown else lambda _word: BitMap()
    phrases = [list(_parts(phrase, words, more)) for phrase in search.phrases]
    is_known = any(part.known for parts in phrases for part in parts)
    return phrases if is_known else [[_Part(BitMap(), search)]]


def _parts(phrase: Phrase, words: Values, more: Callable[[Alternatives], BitMap]) -> Iterator[_Part]:
    """Splits a phrase into parts. A record must match every part. Uncached words form one part."""
    others = []
    for alternatives in phrase:
        split, known = split_whole_word(alternatives), more(alternatives)
        if split and split[0] in words:
            word, further = split
            yield _Part(words[word] | known, further)
        elif known:
            yield _Part(known, SearchQuery(((alternatives,),)))
        else:
            others.append(alternatives)
    if others:
        yield _Part(BitMap(), SearchQuery((tuple(others),)))


def current(state: IndexState, collection: str) -> Values:
    """Maps the frequent words of a collection to the records that contain them, in any publication state.

    The mapping is empty for short lists and until the words have been read.
    """
    if len(state.published(collection)) < LONG_LIST:
        return {}
    words = cached(state, collection)
    if words is None:
        build = partial(read, collection=collection)
        refresh.build_in_background(state.using, (collection, _CACHE), build)
    return words or {}


def cached(state: IndexState, collection: str) -> Values | None:
    """Returns the cached words, updated for changed records, or None before they are read and after large changes."""
    key, changes = (collection, _CACHE), state.index(collection).changes
    words, changed = state.cached(key, changes) or (None, None)
    if not changed:
        return words
    return state.store(
        key, changes, replace_values(words, changed, _read_words(state, collection, changed, words))
    )


def read(state: IndexState, collection: str) -> None:
    """Reads the frequent words of a collection from the database into the cache."""
    if collection not in state.indexes:
        return
    frequent = _most_frequent(state, collection)
    words = {word: fulltext_query.keys_of_word(collection, word, state.using) for word in frequent}
    state.store((collection, _CACHE), state.index(collection).changes, repack(words))


def warm_up() -> None:
    """Reads the frequent words of long lists in the background when a web process starts, after reading the index."""
    collections = [indexed_model.collection for indexed_model in registry.indexed_models()]
    try:
        with refresh.facet_index(*collections) as state:
            for collection in collections:
                current(state, collection)
    except (DatabaseError, refresh.FacetIndexNotReady) as error:
        # Searches use the database until the words have been read. The next search tries to read them again.
        refresh.log_failure(log, "The frequent words could not be read", error)
    finally:
        connections.close_all()


def _most_frequent(state: IndexState, collection: str) -> list[str]:
    published = state.published(collection)
    sample = published[:: len(published) // SAMPLE + 1]
    words = _read_words(state, collection, sample)
    names = (tokenizer.NAME_PREFIX, tokenizer.READING_PREFIX)
    counts = Counter({word: len(keys) for word, keys in words.items() if not word.startswith(names)})
    return [word for word, count in counts.most_common(MAX_WORDS) if count >= len(sample) * MIN_SHARE]


def _read_words(
    state: IndexState, collection: str, keys: BitMap, only: Collection[str] | None = None
) -> Values:
    """Maps each stored word of these records to the records that contain the word. `only` restricts the words."""
    records = registry.indexed_model(collection).model._base_manager.using(state.using).order_by()
    values: Values = defaultdict(BitMap)
    for batch in batches(keys):
        for key, text in records.filter(pk__in=batch).values_list("pk", "search_text"):
            words = set(text.split(" "))
            for word in words if only is None else words.intersection(only):
                values[word].add(key)
    return values
