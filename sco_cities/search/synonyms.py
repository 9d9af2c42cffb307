"""Synonyms of names. Extends a search for the name of a place or person to its names in other scripts.

Each process caches the names of published cities, countries and delegates, and rereads them after a change.
Organisations have no synonyms, because words such as "city administration" would match too many organisations.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, takewhile

from django.db import connections
from django.db.models import F

from delegates.models import Delegate
from sco_cities.cities.models import City, Country
from sco_cities.core import tokenizer
from sco_cities.core.localized_names import split_list
from sco_cities.facet_index import change_log
from sco_cities.facet_index.dimensions import part
from sco_cities.i18n.countries import usual_country_names
from sco_cities.names import inflection

from .fulltext_query import Alternatives, Phrase, SearchQuery, Terms, name_terms, transliterations, word_terms
from .segments import NameEntry, Role, Segment, TypedWord, role_of, typed_words, without_connectors
from .spelling import Spelling

# Minimum length of a prefix that is treated as a name. Shorter prefixes match too many names.
_MIN_PREFIX, _MIN_HAN_PREFIX = 3, 2
# Minimum length of a family name that matches its form in another script. If shorter names did, "song" would match
# "sun".
_MIN_FAMILY_NAME, _MIN_HAN_FAMILY_NAME = 5, 2
# Words with more alternatives are not treated as names.
_MAX_ALTERNATIVES = 40
# Maximum number of words in a name. Longer names are matched word by word.
_MAX_NAME_WORDS = 6
# Maximum number of recently parsed phrases in the cache.
_MAX_PHRASES = 64
# Matches a remark in brackets, as in "Ying Yong (as one page spells it)".
_REMARK = re.compile(r"\([^)]*\)")


class NameDictionary:
    """Looks up records by name or by the prefix of a name."""

    def __init__(self, entries: Iterable[NameEntry]):
        self.entries = list(entries)
        # Parsed phrases are cached, because a request uses their parts several times.
        self.segments = lru_cache(_MAX_PHRASES)(self._divide)
        self._parsed = lru_cache(_MAX_PHRASES)(self._parse)
        self._by_name = _SortedNames(
            (key, entry) for entry in self.entries for name in entry.name_words for key in _lookup_keys(name)
        )
        self._by_family_name = _SortedNames(
            (word, entry) for entry in self.entries for word in entry.family_names
        )
        self._by_stems: dict[str, list[NameEntry]] = defaultdict(list)
        for entry in self.entries:
            for key in dict.fromkeys(entry.stem_keys):
                self._by_stems[key].append(entry)
        self._stems = {stem for key in self._by_stems for stem in key.split(" ")}
        self._by_family_stem: dict[str, list[NameEntry]] = defaultdict(list)
        for entry in self.entries:
            for stem in entry.family_stems:
                self._by_family_stem[stem].append(entry)
        self.han_names = {
            name
            for entry in self.entries
            for [name, *more] in entry.name_words
            if not more and tokenizer.is_han(name)
        }

    @cached_property
    def spelling(self) -> Spelling:
        """The spelling corrector for these names."""
        return Spelling(name for entry in self.entries for name in (*entry.names, *entry.aliases))

    def search(self, phrases: Iterable[str]) -> SearchQuery:
        """Returns a query for documents that contain all words of any phrase, in any script."""
        return SearchQuery(tuple(parsed for phrase in phrases if (parsed := self._parsed(phrase))))

    def synonyms(self, phrase: str) -> list[tuple[str, ...]]:
        """Returns the words of `phrase`, followed by other names of the records with this name, or [] without words."""
        words = tuple(tokenizer.split(phrase))
        entries = self.entries_named(phrase) or self._by_name.equal("".join(words))
        others = (name for entry in entries for name in entry.name_words)
        return list(dict.fromkeys((words, *others))) if words else []

    def keys_by_name(self, phrase: str) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
        """Returns the keys, by collection, of records named `phrase`, and of records whose names start with `phrase`.

        A delegate's family name may also start with `phrase`.
        """
        exact, prefix = defaultdict(set), defaultdict(set)
        joined = "".join(tokenizer.split(phrase))
        if not joined:
            return exact, prefix
        for entry in self.entries_named(phrase) or self._by_name.equal(joined):
            exact[entry.collection].add(entry.key)
        for entry in [*self._by_name.with_prefix(joined), *self._by_family_name.with_prefix(joined)]:
            prefix[entry.collection].add(entry.key)
        return exact, prefix

    def entries_named(self, phrase: str) -> tuple[NameEntry, ...]:
        """Returns the records named `phrase`, which may be inflected or surrounded by connecting words."""
        segments = self.segments(phrase)
        return segments[0].entries if len(segments) == 1 and not segments[0].is_prefix else ()

    def person_with_family_name(self, phrase: str) -> int | None:
        """Returns the key of the only delegate with the family name `phrase`, in any form, or None."""
        [segment, *others] = self.segments(phrase) or [None]
        if not segment or others or len(segment.words) != 1 or not _is_family_name("".join(segment.tokens)):
            return None
        stems = segment.words[0].stems
        keys = {entry.key for stem in stems for entry in self._by_family_stem.get(stem, ())}
        return keys.pop() if len(keys) == 1 else None

    def _parse(self, phrase: str) -> Phrase:
        # Duplicates are removed, because a word repeated ten thousand times would take half a second.
        return tuple(dict.fromkeys(map(self._alternatives, self.segments(phrase))))

    def _divide(self, phrase: str) -> tuple[Segment, ...]:
        """Splits `phrase` into names, roles and other words. Omits connecting words between names and roles."""
        words = typed_words(phrase, self.han_names.__contains__)
        return tuple(without_connectors(list(self._segments(words))))

    def _segments(self, words: list[TypedWord]) -> Iterator[Segment]:
        if entries := self.entries_of(words):
            yield Segment(tuple(words), tuple(entries))
            return
        if role := self._role(words):
            yield Segment(tuple(words), role=role)
            return
        joined = "".join(token for word in words for token in word.tokens)
        if _is_long_enough(joined) and (entries := self._by_name.with_prefix(joined)):
            yield Segment(tuple(words), tuple(entries), is_prefix=True)
            return
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + _MAX_NAME_WORDS), start, -1):
                entries = self.entries_of(part := tuple(words[start:end]))
                role = None if entries else self._role(part)
                if entries or role or end == start + 1:
                    yield Segment(part, tuple(entries), role=role)
                    start = end
                    break

    def entries_of(self, words: Sequence[TypedWord]) -> list[NameEntry]:
        """Returns the entries with a name that consists of these words, which may be inflected."""
        joined = "".join(token for word in words for token in word.tokens)
        if not _is_long_enough(joined):
            return []
        if entries := self._by_name.equal(joined):
            return entries
        # Removes unknown stems first, because their many combinations would slow down the lookup of long phrases.
        stems = [word.stems & self._stems for word in words]
        keys = chain(inflection.keys(stems), inflection.keys(stems, in_any_order=True))
        return next((self._by_stems[key] for key in keys if key in self._by_stems), [])

    def _role(self, words: Sequence[TypedWord]) -> Role | None:
        """Returns the role named by the words, or None for a family name that is a form of a role, such as Акимов."""
        role = role_of(word.text for word in words)
        is_family_name = len(words) == 1 and words[0].text in self._by_family_stem
        return None if role and is_family_name and words[0].text not in role.names else role

    def _alternatives(self, segment: Segment) -> Alternatives:
        if segment.role:
            return segment.role.alternatives(word.text for word in segment.words)
        words = segment.tokens
        is_spelt_like_name = bool(self._by_name.equal("".join(words)))
        own = (
            name_terms(words)
            if is_spelt_like_name
            else tuple(term for word in words for term in word_terms(word))
        )
        others = {name_terms(name) for entry in segment.entries for name in entry.name_words}
        if len(words) == 1:
            others |= self._family_names(words[0])
            # If an entry has a Chinese name, other Chinese words with the same reading must not match.
            if segment.is_prefix or not any(entry.has_chinese_name for entry in segment.entries):
                others.update(transliterations(words[0]))
        # Alternatives that the typed prefix already matches are removed.
        if len(own) == 1:
            others = {terms for terms in others if not any(own[0].matches(term.token) for term in terms)}
        others.discard(own)
        return (own, *(sorted(others, key=str) if len(others) <= _MAX_ALTERNATIVES else ()))

    def _family_names(self, word: str) -> set[Terms]:
        if not _is_family_name(word):
            return set()
        return {
            name_terms([other])
            for entry in self._by_family_name.with_prefix(word)
            for other in entry.family_names
            if _is_family_name(other)
        }


class _SortedNames:
    """A sorted list of names and their entries, for prefix lookups."""

    def __init__(self, pairs: Iterable[tuple[str, NameEntry]]):
        pairs = sorted(pairs, key=lambda pair: pair[0])
        self._texts = [text for text, _entry in pairs]
        self._entries = [entry for _text, entry in pairs]

    def with_prefix(self, text: str) -> list[NameEntry]:
        return self._run_of(text, lambda other: other.startswith(text))

    def equal(self, text: str) -> list[NameEntry]:
        return self._run_of(text, lambda other: other == text)

    def _run_of(self, text: str, matches) -> list[NameEntry]:
        start = bisect_left(self._texts, text)
        end = start + sum(1 for _text in takewhile(matches, self._texts[start:]))
        return self._entries[start:end]


def _lookup_keys(name: tuple[str, ...]) -> set[str]:
    """Returns a name as one word, and the reading of a Chinese name."""
    return {
        "".join(name),
        "".join(tokenizer.transliterate(word) if tokenizer.is_han(word) else word for word in name),
    }


def _is_long_enough(joined: str) -> bool:
    return len(joined) >= (_MIN_HAN_PREFIX if tokenizer.is_han(joined) else _MIN_PREFIX)


def _is_family_name(word: str) -> bool:
    return len(word) >= (_MIN_HAN_FAMILY_NAME if tokenizer.is_han(word) else _MIN_FAMILY_NAME)


_cache: dict[str, tuple[tuple, NameDictionary]] = {}


def clear() -> None:
    """Clears the cache of names in this process."""
    _cache.clear()


def current(using: str) -> NameDictionary:
    """Returns the names in the database. They are cached until they change."""
    version = (connections[using].settings_dict["NAME"], *_version(using))
    if using not in _cache or _cache[using][0] != version:
        _cache[using] = (version, NameDictionary(_read(using)))
    return _cache[using][1]


def _version(using: str) -> tuple:
    """Returns a cache version that changes with every logged change to a city, country or delegate."""
    return change_log.fingerprint(using, [part(model, "pk") for model in (City, Country, Delegate)])


def _read(using: str) -> Iterator[NameEntry]:
    for model, aliases in ((City, F("aliases")), (Country, F("slug")), (Delegate, F("aliases"))):
        rows = model.objects.using(using).published().order_by("pk")
        for key, *names, others in rows.values_list("pk", "name_en", "name_ru", "name_zh", aliases):
            aliases_of = (
                usual_country_names(others) if model is Country else split_list(_REMARK.sub("", others))
            )
            yield NameEntry(model.collection, key, tuple(filter(None, names)), tuple(aliases_of))
