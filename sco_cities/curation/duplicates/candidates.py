"""Finds pairs of possible duplicates without comparing all pairs of records.

Two records are compared only if they share a blocking key. A blocking key is the consonant key of a name, a distinctive
word of a name together with a country (or another shared value), or the URL of a page.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil
from sys import intern
from threading import Lock

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import models, router
from django.db.models import Q

from sco_cities.core import tokenizer
from sco_cities.curation.models import NotDuplicates
from sco_cities.db.pk_queries import batches, pk_in
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.serialization import json_value
from sco_cities.listings import registered_functions
from sco_cities.names.forms import SMALL_WORDS, NameForm, Script
from sco_cities.names.romanization import consonants, folded_word
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Report

from .similarity import Match, SimilarityConfig, Traits, compare, names_by_field

CHUNK_SIZE = 2_000
# The lock prevents duplicate comparisons if several curators open the page at the same time.
_lock = Lock()


def traits(model: type[Record], config: SimilarityConfig, condition: Q | None = None) -> Iterator[Traits]:
    """Yields the traits of a kind's records that meet `condition` (default: all), ordered by primary key."""
    for key, values in _stored_values(model, config, condition):
        yield Traits.from_values(config, model.collection, values, key)


def _stored_values(
    model: type[Record], config: SimilarityConfig, condition: Q | None
) -> Iterator[tuple[int, dict[str, object]]]:
    """Yields the primary key of each record and its compared values by field. Related records are given by slug."""
    fields = [model._meta.get_field(name) for name in config.fields]
    columns = {
        field.name: f"{field.name}__slug" if field.is_relation else field.name
        for field in fields
        if not field.many_to_many
    }
    many = [field for field in fields if field.many_to_many]
    rows = model._base_manager.filter(condition or Q()).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)) if condition is not None and many else None
    slugs = {field.name: _related_slugs(field, keys) for field in many}
    for key, *values in rows.values_list("pk", *columns.values()).iterator(chunk_size=CHUNK_SIZE):
        texts = dict(zip(columns, map(json_value, values), strict=True))
        related = {name: by_key.get(key, ()) for name, by_key in slugs.items()}
        yield key, texts | related


def _related_slugs(field: models.ManyToManyField, keys: list[int] | None) -> dict[int, list[str]]:
    """Maps the primary key of each record to the slugs of its related records."""
    through = field.remote_field.through
    own = through._meta.get_field(field.m2m_field_name()).attname
    rows = through._base_manager.order_by()
    if keys is not None:
        rows = rows.filter(pk_in(keys, own))
    slugs = defaultdict(list)
    for key, slug in rows.values_list(own, f"{field.m2m_reverse_field_name()}__slug").iterator():
        slugs[key].append(intern(slug))
    return slugs


# Maximum number of records that share a key. Keys shared by more records are ignored, because they are not distinctive.
# Within a block, each record is compared with the next _WINDOW records in alphabetical order.
_MAX_BLOCK_SIZE, _WINDOW = 200, 10
# Maximum number of shared values used as keys. Initiatives of thirty countries, for example, are unlikely duplicates.
_MAX_SHARED_VALUES = 4
_PREFIX_LENGTH = 4
# Maximum words in a short name. Longer names are similar only if they share at least this fraction of their words.
_SHORT_NAME, _MIN_SHARED = 3, 0.6
# Minimum length of words that are compared without vowels.
_MIN_WORD_LENGTH = 5
# Maximum number of new rows for which the search index preselects stored records.
_MAX_SEARCHED_ROWS = 20
# An entry combines a key's hash with the record's position, which occupies the lowest bits.
_POSITIONS = 1 << 24
_HASHES = 1 << 38


@dataclass(frozen=True)
class CandidatePair:
    """Two stored records that may be duplicates. `first` is the lower primary key."""

    first: int
    second: int
    match: Match


def similarity_config(model: type[Record]) -> SimilarityConfig | None:
    """Returns the comparison settings that the admin of a kind of record declares."""
    return admin.site.get_model_admin(model).similarity


def similar_records(
    model: type[Record], rows: Sequence[Mapping[str, object]], *, limit: int = 5
) -> list[list[tuple[int, Match]]]:
    """Finds stored records similar to each new row. Returns keys and matches per row, best match first.

    A row maps field names to values as text. Foreign keys are slugs, and many-to-many fields are lists of slugs.
    """
    config = similarity_config(model)
    if config is None or not rows:
        return [[] for _row in rows]
    new = [Traits.from_values(config, model.collection, row) for row in rows]
    positions_by_key = defaultdict(list)
    for position, row in enumerate(new):
        for key in _blocking_keys(row):
            positions_by_key[key].append(position)
    matches: list[list[tuple[int, Match]]] = [[] for _row in rows]
    for record in traits(model, config, _blocking_filter(model, config, rows, new)):
        for position in {each for key in _blocking_keys(record) for each in positions_by_key.get(key, ())}:
            if match := compare(config, new[position], record):
                matches[position].append((record.key, match))
    return [sorted(each, key=lambda item: (-item[1].score, item[0]))[:limit] for each in matches]


def similar_to_stored(model: type[Record], keys: Iterable[int]) -> dict[int, list[tuple[int, Match]]]:
    """Maps each record to its possible duplicates, except pairs marked as not duplicates."""
    config, found = similarity_config(model), {}
    marked = _marked_pairs(model) if config else set()
    for batch in batches(keys, _MAX_SEARCHED_ROWS) if config else ():
        values = dict(_stored_values(model, config, pk_in(batch)))
        # Each record also matches itself, so the limit is the default plus 1.
        matches = similar_records(model, list(values.values()), limit=6)
        for key, others in zip(values, matches, strict=True):
            found[key] = [
                (other, match)
                for other, match in others
                if other != key and (min(key, other), max(key, other)) not in marked
            ]
    return found


def _blocking_filter(
    model: type[Record], config: SimilarityConfig, rows: Sequence[Mapping[str, object]], new: list[Traits]
) -> Q | None:
    """Returns a condition for stored records that can share a blocking key with the rows, or None for too many rows."""
    if len(new) > _MAX_SEARCHED_ROWS:
        return None
    names = {name for row in rows for names in names_by_field(config, row).values() for name in names}
    phrases = {phrase for name in names for phrase in _search_phrases(name)}
    condition = Q(pk__in=())
    if phrases:
        condition |= pk_in(
            registered_functions.find(model.collection, sorted(phrases), router.db_for_read(model))
        )
    for row in new:
        if row.address:
            condition |= Q(**{f"{config.address}__icontains": row.address.partition("?")[0]})
    return condition


def _search_phrases(name: str) -> Iterator[str]:
    """Yields search phrases that together find all similar names (word prefixes with all numbers, Chinese readings)."""
    words = tokenizer.split(name)
    words = [word for word in words if folded_word(word) not in SMALL_WORDS] or words
    parts = [part for word in words for part in (_pairs(word) if tokenizer.is_han(word) else (word,))]
    numbers = " ".join(sorted({part for part in parts if not part.isalpha()}))
    prefixes = [part[:_PREFIX_LENGTH] for part in _distinctive(parts, 2)]
    for some in combinations(prefixes, 2) if len(prefixes) > _SHORT_NAME else zip(prefixes, strict=True):
        yield " ".join((*some, numbers))
    if reading := "".join(map(tokenizer.transliterate, filter(tokenizer.is_han, words))):
        yield reading[:_PREFIX_LENGTH]


def _pairs(han: str) -> list[str]:
    return [han[start : start + 2] for start in range(max(1, len(han) - 1))]


def _distinctive(parts: Iterable[str], number: int = 1) -> list[str]:
    """Returns enough of the longest words that any similar name contains at least `number` of these words."""
    by_length = sorted({part for part in parts if part.isalpha()}, key=lambda part: (-len(part), part))
    if len(by_length) <= _SHORT_NAME:
        return by_length
    return by_length[: len(by_length) - ceil(_MIN_SHARED * len(by_length)) + number]


def candidate_pairs(model: type[Record]) -> list[CandidatePair]:
    """Finds all pairs of stored records that may be duplicates, best match first."""
    config = similarity_config(model)
    if config is None:
        return []
    records = sorted(traits(model, config), key=lambda each: each.name)
    pairs, seen = [], set()
    for one, other in _block_pairs(records):
        position = one * _POSITIONS + other
        if position not in seen:
            seen.add(position)
            first, second = sorted((records[one], records[other]), key=lambda each: each.key)
            if match := compare(config, first, second):
                pairs.append(CandidatePair(first.key, second.key, match))
    return sorted(pairs, key=lambda pair: (-pair.match.score, pair.first, pair.second))


def open_pairs(model: type[Record], *, only_cached: bool = False) -> list[CandidatePair] | None:
    """Returns the candidate pairs of a kind, best match first. Omits pairs marked as not duplicates.

    Finding pairs takes seconds, so they are cached until any record changes. With `only_cached`, returns None if they
    are not cached.
    """
    with facet_index(Report.collection) as state:
        cache = state.memoize("candidate pairs", (state.change_token,), dict)
        if only_cached and model not in cache:
            return None
        with _lock:
            if model not in cache:
                cache[model] = candidate_pairs(model)
        marked = _marked_pairs(model)
        return [pair for pair in cache[model] if (pair.first, pair.second) not in marked]


def _marked_pairs(model: type[Record]) -> set[tuple[int, int]]:
    """Returns the keys of the pairs marked as not duplicates, the lower key first."""
    content_type = ContentType.objects.get_for_model(model)
    return set(NotDuplicates.objects.filter(content_type=content_type).values_list("first_id", "second_id"))


def _block_pairs(records: list[Traits]) -> Iterator[tuple[int, int]]:
    """Yields pairs of positions of records that share a blocking key."""
    # One list of numbers takes a tenth of the memory of one list per key.
    entries = sorted(
        hash(key) % _HASHES * _POSITIONS + position
        for position, each in enumerate(records)
        for key in _blocking_keys(each)
    )
    start = 0
    while start < len(entries):
        block = entries[start] // _POSITIONS
        end = start + 1
        while end < len(entries) and entries[end] // _POSITIONS == block:
            end += 1
        if end - start <= _MAX_BLOCK_SIZE:
            positions = [entry % _POSITIONS for entry in entries[start:end]]
            for index, one in enumerate(positions):
                for other in positions[index + 1 : index + 1 + _WINDOW]:
                    yield one, other
        start = end


def _blocking_keys(record: Traits) -> set[tuple[str, ...]]:
    """Returns the blocking keys of a record. Similar records share at least one of them."""
    keys = {("name", each) for form in record.all_names for each in _name_keys(form)}
    if record.address:
        keys.add(("address", record.address))
    shared = [(name, value) for name, values in record.shared_values.items() for value in sorted(values)]
    if form := next(record.all_names, None):
        words = {_word_key(part) for part in _distinctive(form.parts)} | {form.joined[:_PREFIX_LENGTH]}
        contexts = shared[:_MAX_SHARED_VALUES] or [("", "")]
        numbers = " ".join(sorted({part for part in form.parts if not part.isalpha()}))
        keys |= {(*context, word, numbers) for context in contexts for word in words}
    return keys


def _name_keys(form: NameForm) -> Iterator[str]:
    """Yields keys that most spellings of a name share. The keys ignore word order or, for short names, spaces."""
    if form.script != Script.READING:
        yield " ".join(sorted(set(map(_word_key, form.parts))))
    if len(form.words) <= _SHORT_NAME:
        yield _word_key(form.joined)


def _word_key(word: str) -> str:
    """Removes most transliteration differences from a word. Short words are returned unchanged."""
    return consonants(word) if len(word) >= _MIN_WORD_LENGTH and word.isalpha() else word
