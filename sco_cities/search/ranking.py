"""Ranks search results. Exact names come first, then names that start with the phrase, then other matches.

If the words name a record, the results include all records that show its name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from pyroaring import BitMap

from sco_cities.cities.models import Country
from sco_cities.core import tokenizer
from sco_cities.core.localized_names import Localized, other_languages
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.countries import country_code
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Report

from . import frequent_words, synonyms
from .fulltext_query import Alternatives, QueryTerm, SearchQuery, matching_keys_batch
from .segments import CONNECTORS
from .synonyms import NameDictionary

# Maps the facets shown with a record to the collections of their values.
SHOWN = {"city": "cities", "country": "countries", "organisation": "organisations", "delegate": "delegates"}
# Initiatives are also found by their slugs and by the titles of their reports.
INITIATIVES, REPORT = "initiatives", {"report": "reports"}
# The name fields of records that also have other searchable words, such as roles or publishers.
NAMES = {
    "delegates": ("name_en", "name_ru", "name_zh", "aliases"),
    "reports": ("title", "title_ru", "title_zh"),
}
# Maximum numbers of records and of report titles that contain a word. A word in more records is probably a role or a
# publisher. A word in more titles is too common to identify an initiative.
MAX_FOUND, MAX_TITLES = 1_000, 50
# Longer searches are probably sentences, and each word would need a separate query.
MAX_WORDS = 12
_CONNECTORS = {token for word in CONNECTORS for token in tokenizer.split(word)}
_NONE = BitMap()


class ShownRecords:
    """The records named by the words of a search. Records of `collections` match if they show a named record.

    The names of shown records are not stored with a record but are found through facets. A search therefore finds a
    renamed city by its new name immediately, and needs only a few more bitmaps for a million initiatives. Unpublished
    named records are ignored.

    `search` is the parsed form of `phrases`.
    """

    def __init__(
        self, phrases: Sequence[str], search: SearchQuery, collections: Iterable[str], state: IndexState
    ):
        self._state = state
        self._slugs = {"-".join(phrase.lower().split()) for phrase in phrases}
        self._facets = {collection: _facets(collection, state) for collection in collections}
        kinds = dict.fromkeys(of for facets in self._facets.values() for of in facets.values())
        words = dict.fromkeys(word for phrase in search.phrases for word in phrase)
        words = [word for word in words if kinds and len(words) <= MAX_WORDS and not _is_connector(word)]
        queries = [dict.fromkeys(kinds, SearchQuery(((word,),))) for word in words]
        found = matching_keys_batch(queries, state.using, state) if queries else []
        # Maps each word and collection to the records with this name.
        self._named = {
            word: {of: self._named_by(word, of, keys) for of, keys in by_kind.items()}
            for word, by_kind in zip(words, found, strict=True)
        }

    def keys(self, collection: str, word: Alternatives) -> BitMap:
        """Returns a collection's records, in any publication state, that show a record with the name `word`."""
        named, shown = self._named.get(word, {}), [_NONE]
        for facet, of in self._facets[collection].items():
            if keys := named.get(of):
                shown += filter(None, map(self._state.facet(collection, facet).get, keys))
        return BitMap.union(*shown)

    def keys_by_slug(self, collection: str) -> BitMap:
        """Returns the initiatives whose slug equals one of the phrases. Spaces may replace hyphens."""
        if collection != INITIATIVES:
            return _NONE
        records = self._state.index(collection).indexed_model.model._base_manager.using(self._state.using)
        return BitMap(records.filter(slug__in=self._slugs).values_list("pk", flat=True))

    def names(self, collection: str, key: int) -> Iterator[list[Localized]]:
        """Yields the names of each shown record that the search names. The name in the reader's language is first."""
        for facet, of in self._facets[collection].items():
            named = BitMap.union(_NONE, *(by_kind[of] for by_kind in self._named.values()))
            bitmaps = self._state.facet(collection, facet) if named else {}
            for shown in named:
                if key in bitmaps.get(shown, _NONE):
                    yield _names(self._state.index(of).records[shown])

    def _named_by(self, word: Alternatives, of: str, found: BitMap) -> BitMap:
        """Returns the published records in `found` with the word in their names, or none if there are too many."""
        found = found & self._state.published(of)
        if of not in NAMES:
            return found
        if len(found) > MAX_FOUND:
            return _NONE
        records = self._state.index(of).records
        named = BitMap(
            key for key in found if _has_word((getattr(records[key], name) for name in NAMES[of]), word)
        )
        return _NONE if of == Report.collection and len(named) > MAX_TITLES else named


def _facets(collection: str, state: IndexState) -> dict[str, str]:
    """Maps the facets shown with a collection's records to the collections of their values."""
    facets = state.index(collection).indexed_model.facets
    shown = {facet: of for facet, of in SHOWN.items() if facet in facets}
    return shown | REPORT if collection == INITIATIVES else shown


def _is_connector(word: Alternatives) -> bool:
    own, *_others = word
    return len(own) == 1 and own[0].token in _CONNECTORS


def _has_word(names: Iterable[str], word: Alternatives) -> bool:
    tokens = tokenizer.search_document(names, ()).split(" ")
    return any(all(any(map(term.matches, tokens)) for term in terms) for terms in word)


def _names(record: Record) -> list[Localized]:
    return [record.name, *(() if isinstance(record, Report) else other_languages(record, "name"))]


def find(collection: str, phrases: list[str], state: IndexState) -> BitMap:
    """Returns the keys of a list's records, in any publication state, that match any of the phrases."""
    search = synonyms.current(state.using).search(phrases)
    shown = ShownRecords(phrases, search, [collection], state)
    return frequent_words.matching_keys(search, [collection], state.using, state, shown)[collection]


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
    """Returns the published records named by `text`. Full names come first, then prefixes, then other words.

    Countries are also found by their codes and CLDR names.
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
    """Returns a query for records whose name or title equals a phrase or, with `is_prefix`, starts with a phrase."""
    tokens = dict.fromkeys(
        tokenizer.name_token(name) for phrase in phrases for name in names.synonyms(phrase)
    )
    return SearchQuery(tuple((((QueryTerm(token, is_prefix),),),) for token in tokens))
