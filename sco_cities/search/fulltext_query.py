"""Parses searches into words and prefixes, and returns bitmaps of the keys of matching search documents."""

import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

import orjson
from django.db import connections
from pyroaring import BitMap

from sco_cities.core import tokenizer
from sco_cities.facet_index.pk_bitmaps import AGGREGATES, compact, read_key_array, read_keys
from sco_cities.facet_index.state import IndexState

from .documents import table_name

# The common Chinese characters, whose readings include every syllable.
_COMMON_HAN = range(0x4E00, 0xA000)
# Maximum number of segmentations of a word into syllables ("xian" is xian or xi'an).
_MAX_SEGMENTATIONS = 32


@cache
def _syllables() -> frozenset[str]:
    # Omits the interjections "ng" and "o".
    readings = map(tokenizer.pinyin_syllable, map(chr, _COMMON_HAN))
    return frozenset(reading for reading in readings if reading != "o" and set(reading) & set("aeiou"))


@cache
def _syllable_prefixes() -> frozenset[str]:
    return frozenset(syllable[:end] for syllable in _syllables() for end in range(1, len(syllable) + 1))


@cache
def _longest_syllable() -> int:
    return max(map(len, _syllables()))


def segmentations(word: str) -> list[tuple[str, ...]]:
    """Splits `word` into syllables in every way, longest syllables first. The last syllable may be incomplete."""
    return list(islice(_segmentations(word, 0, _segmentable(word)), _MAX_SEGMENTATIONS))


def _segmentable(word: str) -> list[bool]:
    """Returns a boolean for each position, True if the rest of the word can be split into syllables."""
    segmentable = [False] * len(word) + [True]
    for start in reversed(range(len(word))):
        segmentable[start] = any(segmentable[end] for end in _syllable_ends(word, start))
    return segmentable


def _syllable_ends(word: str, start: int) -> Iterator[int]:
    """Yields the possible ends of a syllable that starts at `start`, longest syllable first."""
    for end in range(min(len(word), start + _longest_syllable()), start, -1):
        if word[start:end] in (_syllable_prefixes() if end == len(word) else _syllables()):
            yield end


def _segmentations(word: str, start: int, segmentable: list[bool]) -> Iterator[tuple[str, ...]]:
    if start == len(word):
        yield ()
        return
    for end in _syllable_ends(word, start):
        if segmentable[end]:
            for rest in _segmentations(word, end, segmentable):
                yield (word[start:end], *rest)


@dataclass(frozen=True)
class QueryTerm:
    """A token that a document must contain. With `is_prefix`, longer tokens that start with the token also match."""

    token: str
    is_prefix: bool = True

    def matches(self, token: str) -> bool:
        return token.startswith(self.token) if self.is_prefix else token == self.token


# The characters that may continue a token.
_TOKEN_CHARACTERS = string.digits + string.ascii_lowercase

# A document must match all terms (AND).
Terms = tuple[QueryTerm, ...]
# A document must match any of the alternatives (OR).
Alternatives = tuple[Terms, ...]
# A document must match all parts of the phrase (AND).
Phrase = tuple[Alternatives, ...]


@dataclass(frozen=True)
class SearchQuery:
    """A query for documents that match any non-empty phrase. An empty query matches no documents."""

    phrases: tuple[Phrase, ...]


def any_of(alternatives: Iterable[Terms]) -> SearchQuery:
    """Returns a query for documents that contain all terms of any of `alternatives`."""
    return SearchQuery(tuple(((terms,),) for terms in alternatives))


def split_whole_word(alternatives: Alternatives) -> tuple[str, SearchQuery] | None:
    """Splits a single-word search into its token and a query for matching documents without this token.

    These documents contain a longer word or one of the alternatives. Returns None for a search with several tokens.
    """
    own, *others = alternatives
    if len(own) > 1:
        return None
    [term] = own
    longer = [(QueryTerm(term.token + letter),) for letter in _TOKEN_CHARACTERS] if term.is_prefix else []
    return term.token, any_of([*longer, *others])


def word_terms(word: str) -> Terms:
    """Returns the terms for a search word. A word of two or more characters also matches as a prefix."""
    if tokenizer.is_han(word):
        return _han_terms(word)
    return (QueryTerm(word, len(word) > 1),)


def _han_terms(word: str) -> Terms:
    """Returns the terms for Chinese text. Each pair of characters is a token, and a single character is a prefix."""
    return tuple(QueryTerm(token, len(word) == 1) for token in tokenizer.query_tokens(word))


def transliterations(word: str) -> Alternatives:
    """Returns the terms that find Chinese text by its pinyin, such as 天津 by "tianjin"."""
    if tokenizer.is_han(word) or len(word) < 2:
        return ()
    # Documents contain readings of up to READING_LENGTH consecutive characters. Words with more syllables are split
    # into overlapping readings.
    longer = [syllables for syllables in segmentations(word) if len(syllables) > tokenizer.READING_LENGTH]
    return (
        (QueryTerm(tokenizer.READING_PREFIX + word),),
        *(
            tuple(
                QueryTerm(
                    tokenizer.READING_PREFIX + "".join(syllables[start : start + tokenizer.READING_LENGTH])
                )
                for start in range(len(syllables) - tokenizer.READING_LENGTH + 1)
            )
            for syllables in longer
        ),
    )


def name_terms(name_words: Iterable[str]) -> Terms:
    """Returns the terms for a name. Words match as prefixes, because names are inflected, as in Ташкента.

    Short words match exactly. Otherwise, "Инь Юн" would match every text with "in" and "Yunnan".
    """
    name_words = list(name_words)
    short = 2 if len(name_words) == 1 else 3
    terms: list[QueryTerm] = []
    for word in name_words:
        terms += _han_terms(word) if tokenizer.is_han(word) else [QueryTerm(word, len(word) > short)]
    return tuple(terms)


# A search word of at least this length is probably a whole word, not a prefix.
_MIN_WHOLE_WORD = 4
_SHORT_LIST = 10_000


def matching_keys(
    searches: dict[str, SearchQuery], using: str, state: IndexState | None = None
) -> dict[str, BitMap]:
    """Returns matching record keys by collection, from one SQL query. `searches` maps collections to queries."""
    [keys] = matching_keys_batch([searches], using, state)
    return keys


def matching_keys_batch(
    batch: list[dict[str, SearchQuery]], using: str, state: IndexState | None = None
) -> list[dict[str, BitMap]]:
    """Returns the matching keys for each mapping in `batch`, from one SQL query. `state` identifies short lists."""
    write, build, read = {
        "sqlite": (_sqlite_expressions, _sqlite_query, _keys_from_text),
        "postgresql": (_postgresql_expressions, _postgresql_query, _keys_from_binary),
    }[connections[using].vendor]
    written: dict[tuple[int, bool], list[str]] = {}

    def query(collection: str, search: SearchQuery) -> tuple[str, list[str]]:
        if not search.phrases:
            return "NULL", []
        # The expressions are built once, because all collections usually have the same search.
        key = id(search), state is not None and len(state.published(collection)) < _SHORT_LIST
        if key not in written:
            written[key] = write(search, is_short=key[1])
        return build(table_name(collection), written[key])

    queries = [query(*each) for searches in batch for each in searches.items()]
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(expression for expression, _params in queries)}",
            [param for _expression, params in queries for param in params],
        )
        cells = iter(cursor.fetchone())
    return [{collection: read(next(cells)) for collection in searches} for searches in batch]


def keys_of_word(collection: str, word: str, using: str) -> BitMap:
    """Returns the keys of the records that contain exactly this token, in compact form.

    On SQLite, it takes a third longer than `matching_keys`, but does not create an object per key. A million objects
    would take memory that the process never fully frees.
    """
    query = any_of([(QueryTerm(word, is_prefix=False),)])
    connection, table = connections[using], table_name(collection)
    if connection.vendor == "postgresql":
        return compact(matching_keys({collection: query}, using)[collection])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {AGGREGATES['sqlite'].format('rowid')} FROM {table} WHERE {table} MATCH %s",  # noqa: S608 - as above
            [_expression(query.phrases, " OR ", " AND ", _sqlite_term)],
        )
        return read_keys(cursor.fetchone()[0])


def _sqlite_expressions(search: SearchQuery, *, is_short: bool) -> list[str]:
    # In short lists, two separate queries for a word take ten times as long as one query.
    split = [] if is_short else _single_word_queries(search)
    return split or [_expression(search.phrases, " OR ", " AND ", _sqlite_term)]


def _sqlite_query(table: str, queries: list[str]) -> tuple[str, list[str]]:
    keys = f"ifnull((SELECT group_concat(rowid) FROM {table} WHERE {table} MATCH %s), '')"  # noqa: S608 - our own table names
    return " || ',' || ".join([keys] * len(queries)), queries


def _postgresql_expressions(search: SearchQuery, *, is_short: bool) -> list[str]:
    return [_expression(search.phrases, " | ", " & ", _postgresql_term)]


def _postgresql_query(table: str, queries: list[str]) -> tuple[str, list[str]]:
    return f"search_keys('{table}', %s::tsquery)", queries


def _expression(
    phrases: Iterable[Phrase], any_of: str, all_of: str, write: Callable[[QueryTerm], str]
) -> str:
    def group(parts: Iterable[str], operator: str) -> str:
        return f"({operator.join(parts)})"

    return group(
        (
            group(
                (
                    group((group(map(write, terms), all_of) for terms in alternatives), any_of)
                    for alternatives in phrase
                ),
                all_of,
            )
            for phrase in phrases
        ),
        any_of,
    )


def _sqlite_term(term: QueryTerm) -> str:
    return f'"{term.token}"*' if term.is_prefix else f'"{term.token}"'


def _single_word_queries(search: SearchQuery) -> list[str]:
    """Returns an FTS5 query for a whole word, and another query for longer words and alternatives.

    Finding a whole word takes a third of the time for a prefix (16 ms instead of 45 ms for a word in 250,000 records).
    """
    if [len(phrase) for phrase in search.phrases] != [1]:
        return []
    split = split_whole_word(search.phrases[0][0])
    if split is None or len(split[0]) < _MIN_WHOLE_WORD or not split[1].phrases:
        return []
    word, further = split
    return [f'"{word}"', _expression(further.phrases, " OR ", " AND ", _sqlite_term)]


def _postgresql_term(term: QueryTerm) -> str:
    return f"'{term.token}':*" if term.is_prefix else f"'{term.token}'"


def _keys_from_text(cell) -> BitMap:
    # orjson takes a quarter of the time of int() calls per key, and less than half the time of json.
    keys = (cell or "").strip(",")
    return BitMap(orjson.loads(f"[{keys}]"))


def _keys_from_binary(cell) -> BitMap:
    return BitMap(read_key_array(cell))
