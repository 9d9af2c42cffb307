"""Finds known names and vocabulary phrases in a text in any script. The longest match wins."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from sco_cities.names.letters import HAN, folded
from sco_cities.names.russian import adjective_forms, case_forms
from sco_cities.names.vocabulary import vocabulary

from .report_text import LIKELY, SURE, Mark, ReportText, Token

_WORD = re.compile(rf"[^\W_{HAN}]+")
_GAP = re.compile(r"[ .'’«»\"“”-]{1,3}\Z")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# In words of at most this length, inflection may also change the second letter.
_SHORT = 3
# These functions are cached, because the same words recur in reports.
_case_forms, _adjective_forms = lru_cache(1 << 12)(case_forms), lru_cache(1 << 8)(adjective_forms)


@dataclass(frozen=True)
class KnownName:
    """A record or a gazetteer place with its names.

    `kind` is "city", "country", "organisation", "delegate" or "event". `key` is the slug of a record, or "" for a
    place. `adjectives` are Russian adjectives such as "китайский". `details` contains further values such as the
    country code. `rank` orders the meanings of a name by likelihood (0 for a record, 1 for a place of the region, 2 for
    other places).
    """

    kind: str
    key: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...] = ()
    rank: int = 0
    weight: int = 0
    details: dict[str, str] = field(default_factory=dict, hash=False)

    def mark(self) -> Mark:
        """Creates a mark of this name without a position."""
        sure = SURE if self.rank == 0 else LIKELY
        return Mark(self.kind, self.names[0], [], sure, self.names, self.key, dict(self.details))


class Hit(NamedTuple):
    """A position in the text with the known names that match there, most likely first."""

    start: int
    end: int
    known: tuple[KnownName, ...]
    adjective: bool

    def of_kind(self, *kinds: str) -> KnownName | None:
        return next((each for kind in kinds for each in self.known if each.kind == kind), None)


class _Entry(NamedTuple):
    """The words of a name. `exact` is the spelling of an abbreviation, "" for other names, and None for adjectives."""

    words: tuple[str, ...]
    known: KnownName
    exact: str | None

    def is_at(self, report: ReportText, keys: list[str], index: int) -> bool:
        """Returns True if the name occurs at a token. The form of its first word has been checked already."""
        return (
            index + len(self.words) <= len(keys)
            and all(
                self.is_form(keys[offset], word) and _GAP.match(report.gap(offset))
                for offset, word in enumerate(self.words[1:], index + 1)
            )
            and self._fits(report.tokens[index])
        )

    def _fits(self, first: Token) -> bool:
        """Returns True if the capitals match the name. Adjectives and names such as "мэрия Бишкека" need no capital."""
        if self.exact is None:
            return True
        if self.exact:
            return first.text == self.exact
        is_organisation = self.known.kind == "organisation" and len(self.words) > 1
        return first.capitalised or first.text[0].isdigit() or is_organisation

    def is_form(self, key: str, word: str) -> bool:
        """Returns True if a word of a text may be a form of a word of the name."""
        if key == word:
            return True
        if self.exact or word[0] != key[0] or not _CYRILLIC.search(word):
            return False
        return key in (_adjective_forms if self.exact is None else _case_forms)(word)


class HanWords:
    """Finds Chinese words in a text, each with its values. The longest word at a position wins."""

    def __init__(self):
        self._values: dict[str, list] = defaultdict(list)
        self._lengths: dict[str, list[int]] = defaultdict(list)

    def add(self, word: str, value) -> None:
        if len(word) not in (lengths := self._lengths[word[:1]]):
            lengths.append(len(word))
            lengths.sort(reverse=True)
        self._values[word].append(value)

    def find(self, text: str, *, overlapping: bool = False) -> Iterable[tuple[int, int, list]]:
        """Yields the start, the end and the values of each word in the text."""
        position = 0
        while position < len(text):
            for length in self._lengths.get(text[position], ()):
                word = text[position : position + length]
                if word in self._values:
                    yield position, position + len(word), self._values[word]
                    position += 1 if overlapping else len(word)
                    break
            else:
                position += 1


def _likelihood(known: KnownName) -> tuple[int, int]:
    """Returns a sort key that puts the most likely meaning of a name first."""
    return known.rank, -known.weight


class Dictionary:
    """All known names, indexed by the stem of their first word. The search time is linear in the length of the text.

    Only the words of each name are stored. The forms of a Russian word are computed if a text contains its stem.
    """

    def __init__(self, known_names: Iterable[KnownName]):
        self.known_names = tuple(known_names)
        self._records = {(known.kind, known.key): known for known in self.known_names}
        self._by_stem: dict[str, list[_Entry]] = defaultdict(list)
        self._han = HanWords()
        for known in self.known_names:
            for name in known.names:
                self._add(name, known)
            for adjective in known.adjectives:
                self._by_stem[_stem(adjective)].append(_Entry((adjective,), known, None))

    def record(self, kind: str, key: str) -> KnownName | None:
        """Returns the known name of a record, or None."""
        return self._records.get((kind, key)) if key else None

    def find(self, report: ReportText) -> list[Hit]:
        """Returns the longest known names in the text, in order."""
        in_han = (
            Hit(start, end, tuple(sorted(known, key=_likelihood)), False)
            for start, end, known in self._han.find(report.flat)
        )
        return sorted([*self._in_tokens(report), *in_han])

    def _add(self, name: str, known: KnownName) -> None:
        if re.search(f"[{HAN}]", name) and len(name) > 1:
            self._han.add(name, known)
        elif words := tuple(_WORD.findall(_plain(name))):
            exact = name if name.isupper() and len(name) <= 5 else ""
            self._by_stem[_stem(words[0])].append(_Entry(words, known, exact))

    def _in_tokens(self, report: ReportText) -> Iterable[Hit]:
        index, tokens = 0, report.tokens
        keys = [_key(token) for token in tokens]
        starting = {key: self._starting(key) for key in set(keys)}
        while index < len(tokens):
            length, found = 0, []
            for entry in starting[keys[index]]:
                if len(entry.words) < length:
                    break
                if entry.is_at(report, keys, index):
                    length = len(entry.words)
                    found.append(entry)
            if length:
                ordered = sorted({id(entry.known): entry.known for entry in found}.values(), key=_likelihood)
                is_adjective = all(entry.exact is None for entry in found)
                yield Hit(tokens[index].start, tokens[index + length - 1].end, tuple(ordered), is_adjective)
            index += length or 1

    def _starting(self, key: str) -> list[_Entry]:
        """Returns the names that may begin with a word of a text, longest first."""
        entries = (entry for stem in _stems(key) for entry in self._by_stem.get(stem, ()))
        return sorted(
            (entry for entry in entries if entry.is_form(key, entry.words[0])),
            key=lambda entry: -len(entry.words),
        )


def _key(token: Token) -> str:
    return token.key if token.key.isascii() else _plain(token.key)


def _stem(word: str) -> str:
    """Returns the initial letters that all forms of a Russian word share. Other words are returned unchanged."""
    if not _CYRILLIC.search(word):
        return word
    return word[:-2] if len(word) > _SHORT else word[:1]


def _stems(word: str) -> list[str]:
    """Returns the stems of all words that may have this form."""
    if not _CYRILLIC.search(word):
        return [word]
    return [word[:end] for end in range(1, len(word) + 1)]


def _plain(name: str) -> str:
    """Converts a name to lower case and removes diacritics from Latin letters. й is kept."""
    name = folded(name)
    if name.isascii() or _CYRILLIC.search(name):
        return name
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(each for each in decomposed if not unicodedata.combining(each)).replace("ı", "i")


_PHRASE_WORD = re.compile(rf"[^\W_{HAN}]+\*?")
_PHRASE_GAP = re.compile(r"[ .'·/-]{1,2}\Z")


class Cue(NamedTuple):
    """A phrase found in a text, with its meaning and its vocabulary entry."""

    start: int
    end: int
    meaning: str
    word: str


class PhraseFinder:
    """Finds phrases with their meanings. The time is linear in the text, regardless of the number of phrases."""

    def __init__(self, phrases: Iterable[tuple[str, str]]):
        self._han = HanWords()
        # Maps first words (with "*") to the other words, the meaning and the wording of each phrase.
        self._rows: dict[str, list[tuple[list[str], str, str]]] = defaultdict(list)
        for phrase, meaning in phrases:
            if re.match(f"[{HAN}]", phrase):
                self._han.add(phrase, meaning)
                continue
            first, *rest = _PHRASE_WORD.findall(folded(phrase)) or [""]
            self._rows[first].append((rest, meaning, phrase))
        self._lengths = sorted({len(first) - 1 for first in self._rows if first.endswith("*")}, reverse=True)

    def find(self, report: ReportText, *, overlapping: bool = False) -> list[Cue]:
        """Every phrase in the text, in order. Omits phrases inside longer phrases unless `overlapping` is set."""
        in_han = (
            Cue(start, end, meanings[0], report.flat[start:end])
            for start, end, meanings in self._han.find(report.flat, overlapping=overlapping)
        )
        return sorted([*self._in_tokens(report, overlapping), *in_han])

    def _in_tokens(self, report: ReportText, overlapping: bool) -> Iterable[Cue]:
        index, tokens = 0, report.tokens
        while index < len(tokens):
            length = 1
            for rest, meaning, phrase in self._starting(tokens[index].key):
                if self._follow(report, index, rest):
                    length += len(rest)
                    yield Cue(tokens[index].start, tokens[index + length - 1].end, meaning, phrase)
                    break
            index += 1 if overlapping else length

    def _starting(self, key: str) -> list[tuple[list[str], str, str]]:
        """Returns the phrases that may begin with a word, longest first."""
        firsts = [key, *(f"{key[:length]}*" for length in self._lengths if length <= len(key))]
        rows = [row for first in firsts for row in self._rows.get(first, ())]
        return sorted(rows, key=lambda row: -len(row[0]))

    @staticmethod
    def _follow(report: ReportText, index: int, rest: list[str]) -> bool:
        """Returns True if the other words of a phrase follow a token in the text."""
        tokens = report.tokens[index + 1 : index + 1 + len(rest)]
        return len(tokens) == len(rest) and all(
            (token.key.startswith(word[:-1]) if word.endswith("*") else token.key == word)
            and _PHRASE_GAP.match(report.gap(offset))
            for offset, (token, word) in enumerate(zip(tokens, rest, strict=True), index + 1)
        )


@lru_cache(maxsize=64)
def finder(name: str, *meanings: str) -> PhraseFinder:
    """Returns the finder for the vocabulary file `name` in all its languages, restricted to `meanings` if given."""
    return PhraseFinder(
        (row.word, row.meaning) for row in vocabulary(name) if not meanings or row.meaning in meanings
    )
