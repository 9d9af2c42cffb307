"""The names that places and people have in several scripts: a search for one of them is a search for all.

Every process holds those of the published cities, countries and delegates, and reads them anew when they have
changed. Organisations are left out: words such as "city administration" would stand for all that they name.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from django.db import connections
from django.db.models import F, Value

from delegates.models import Delegate
from sco_cities.cities.models import City, Country
from sco_cities.core import tokenizer
from sco_cities.core.localized_names import split_list
from sco_cities.facet_index import change_log
from sco_cities.facet_index.dimensions import part

from .query_parser import Alternatives, Phrase, SearchQuery, Terms, named, parse, transliterations
from .spelling import Spelling

# Beginnings of names are names to these lengths; shorter ones begin too many.
_BEGINNING, _HAN_BEGINNING = 3, 2
# A family name by itself stands for the same in another script from these lengths on: "song" is no "sun".
_FAMILY_NAME, _HAN_FAMILY_NAME = 5, 2
# What stands for more names than this names nothing.
_MOST = 40
# Names of more words are found word by word.
_LONGEST = 6
# "Ying Yong (as one page spells it)"
_REMARK = re.compile(r"\([^)]*\)")


@dataclass(frozen=True)
class NameEntry:
    """A record that has names: in each language, and its other names."""

    collection: str
    key: int
    names: tuple[str, ...]
    aliases: tuple[str, ...]

    @cached_property
    def spelled(self) -> list[tuple[str, ...]]:
        """Every name as its words."""
        return [spelled for name in (*self.names, *self.aliases) if (spelled := tuple(tokenizer.split(name)))]

    @property
    def is_known_in_chinese(self) -> bool:
        return any(tokenizer.is_han(word) for name in self.spelled for word in name)

    @property
    def family_names(self) -> list[str]:
        """The last word of a person's name in each language, where it has several words."""
        if self.collection != Delegate.collection:
            return []
        whole = [tokenizer.split(name) for name in self.names]
        return [spelled[-1] for spelled in whole if len(spelled) > 1]


class NameDictionary:
    """Finds what is known by a name, or by the beginning of one."""

    def __init__(self, records: Iterable[NameEntry]):
        self.records = list(records)
        self._by_name = _SortedNames(
            (key, record) for record in self.records for name in record.spelled for key in _keys(name)
        )
        self._by_family_name = _SortedNames(
            (word, record) for record in self.records for word in record.family_names
        )

    @cached_property
    def spelling(self) -> Spelling:
        """What knows the names that differ from a word by one letter."""
        return Spelling(name for record in self.records for name in (*record.names, *record.aliases))

    def search(self, phrases: Iterable[str]) -> SearchQuery:
        """What documents must hold to contain all words of one of the phrases, whatever script they are in."""
        return SearchQuery(
            tuple(self._phrase(spelled) for phrase in phrases if (spelled := tokenizer.split(phrase)))
        )

    def synonyms(self, phrase: str) -> list[tuple[str, ...]]:
        """`phrase` in words, and the other names of what it is the name of; nothing where it has no words."""
        spelled = tuple(tokenizer.split(phrase))
        others = (name for record in self._by_name.equal("".join(spelled)) for name in record.spelled)
        return list(dict.fromkeys((spelled, *others))) if spelled else []

    def called(self, phrase: str) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
        """The keys, by kind of record, of what has a name that is `phrase`, and of what has one that begins so.

        For people, a word inside of the name will do.
        """
        exactly, beginning = defaultdict(set), defaultdict(set)
        joined = "".join(tokenizer.split(phrase))
        if not joined:
            return exactly, beginning
        for record in self._by_name.equal(joined):
            exactly[record.collection].add(record.key)
        for record in [*self._by_name.beginning(joined), *self._by_family_name.beginning(joined)]:
            beginning[record.collection].add(record.key)
        return exactly, beginning

    def _phrase(self, spelled: list[str]) -> Phrase:
        joined = "".join(spelled)
        if _may_begin(spelled) and (
            records := self._by_name.equal(joined) or self._by_name.beginning(joined)
        ):
            return (self._alternatives(tuple(spelled), records),)
        # A word that is repeated asks for nothing more: ten thousand times the same took half a second.
        return tuple(dict.fromkeys(self._parts(spelled)))

    def _parts(self, spelled: list[str]) -> Iterator[Alternatives]:
        place = 0
        while place < len(spelled):
            for end in range(min(len(spelled), place + _LONGEST), place, -1):
                part = tuple(spelled[place:end])
                records = self._by_name.equal("".join(part)) if _may_begin(part) else []
                if records or end == place + 1:
                    yield self._alternatives(part, records)
                    place = end
                    break

    def _alternatives(self, spelled: tuple[str, ...], records: list[NameEntry]) -> Alternatives:
        is_name = bool(self._by_name.equal("".join(spelled)))
        own = named(spelled) if is_name else tuple(term for word in spelled for term in parse(word))
        others = {named(name) for record in records for name in record.spelled}
        if len(spelled) == 1:
            others |= self._family_names(spelled[0])
            # Where the Chinese for it is known, nothing else that is read alike is meant.
            if not (is_name and any(record.is_known_in_chinese for record in records)):
                others.update(transliterations(spelled[0]))
        # What holds a longer word holds its beginning anyway.
        if len(own) == 1:
            others = {terms for terms in others if not any(own[0].fits(term.token) for term in terms)}
        others.discard(own)
        return (own, *(sorted(others, key=str) if len(others) <= _MOST else ()))

    def _family_names(self, word: str) -> set[Terms]:
        if not _is_family_name(word):
            return set()
        return {
            named([other])
            for record in self._by_family_name.beginning(word)
            for other in record.family_names
            if _is_family_name(other)
        }


class _SortedNames:
    """Records by text, found by the beginning of it."""

    def __init__(self, pairs: Iterable[tuple[str, NameEntry]]):
        pairs = sorted(pairs, key=lambda pair: pair[0])
        self._texts = [text for text, _record in pairs]
        self._records = [record for _text, record in pairs]

    def beginning(self, text: str) -> list[NameEntry]:
        return self._while(text, lambda found: found.startswith(text))

    def equal(self, text: str) -> list[NameEntry]:
        return self._while(text, lambda found: found == text)

    def _while(self, text: str, fits) -> list[NameEntry]:
        start = bisect_left(self._texts, text)
        end = start + sum(1 for _found in takewhile(fits, self._texts[start:]))
        return self._records[start:end]


def _keys(name: tuple[str, ...]) -> set[str]:
    """A name in one piece, and how it is read where it is Chinese."""
    return {
        "".join(name),
        "".join(tokenizer.transliterate(word) if tokenizer.is_han(word) else word for word in name),
    }


def _may_begin(spelled: Iterable[str]) -> bool:
    joined = "".join(spelled)
    return len(joined) >= (_HAN_BEGINNING if tokenizer.is_han(joined) else _BEGINNING)


def _is_family_name(word: str) -> bool:
    return len(word) >= (_HAN_FAMILY_NAME if tokenizer.is_han(word) else _FAMILY_NAME)


_cache: dict[str, tuple[tuple, NameDictionary]] = {}


def clear() -> None:
    """Drops what this process holds."""
    _cache.clear()


def current(using: str) -> NameDictionary:
    """The names as the database has them now."""
    version = (connections[using].settings_dict["NAME"], *_version(using))
    if using not in _cache or _cache[using][0] != version:
        _cache[using] = (version, NameDictionary(_read(using)))
    return _cache[using][1]


def _version(using: str) -> tuple:
    """What differs whenever the log tells of a change of a named record."""
    return change_log.mark(using, [part(model, "pk") for model in (City, Country, Delegate)])


def _read(using: str) -> Iterator[NameEntry]:
    for model, aliases in ((City, F("aliases")), (Country, Value("")), (Delegate, F("aliases"))):
        rows = model.objects.using(using).published().order_by("pk")
        for key, *names, others in rows.values_list("pk", "name_en", "name_ru", "name_zh", aliases):
            yield NameEntry(
                model.collection, key, tuple(filter(None, names)), tuple(split_list(_REMARK.sub("", others)))
            )
