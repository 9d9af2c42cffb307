"""Finds the phrases of a vocabulary in a text, longest first."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sco_cities.names.letters import HAN, folded
from sco_cities.names.vocabulary import vocabulary

from .report_text import ReportText

_WORD = re.compile(rf"[^\W_{HAN}]+\*?")
_GAP = re.compile(r"[ .'·/-]{1,2}\Z")


class Cue(NamedTuple):
    """A phrase found in a text, with its meaning and its wording in the vocabulary."""

    start: int
    end: int
    meaning: str
    word: str


class PhraseFinder:
    """Finds phrases with their meanings. The time is linear in the text, regardless of the number of phrases."""

    def __init__(self, phrases: Iterable[tuple[str, str]]):
        self._han: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._exact: dict[str, list[tuple[list[str], str, str]]] = defaultdict(list)
        self._prefixes: dict[str, list[tuple[list[str], str, str]]] = defaultdict(list)
        for phrase, meaning in phrases:
            if re.match(f"[{HAN}]", phrase):
                self._han[phrase[0]].append((phrase, meaning))
                continue
            first, *rest = _WORD.findall(folded(phrase)) or [""]
            table = self._prefixes if first.endswith("*") else self._exact
            table[first.rstrip("*")].append((rest, meaning, phrase))
        for table in (self._exact, self._prefixes):
            for rows in table.values():
                rows.sort(key=lambda row: -len(row[0]))
        for rows in self._han.values():
            rows.sort(key=lambda row: -len(row[0]))
        self._lengths = sorted({len(prefix) for prefix in self._prefixes}, reverse=True)

    def find(self, report: ReportText, *, overlapping: bool = False) -> list[Cue]:
        """Every phrase in the text, in order. Without `overlapping`, phrases inside a longer one are left out."""
        return sorted([*self._in_tokens(report, overlapping), *self._in_han(report.flat, overlapping)])

    def _in_tokens(self, report: ReportText, overlapping: bool) -> Iterable[Cue]:
        index, tokens = 0, report.tokens
        while index < len(tokens):
            best = None
            for rest, meaning, phrase in self._candidates(tokens[index].key):
                length = self._matches(report, index, rest)
                if length and (best is None or length > best[0]):
                    best = length, meaning, phrase
            if best:
                length, meaning, phrase = best
                yield Cue(tokens[index].start, tokens[index + length - 1].end, meaning, phrase)
            index += best[0] if best and not overlapping else 1

    def _candidates(self, key: str):
        yield from self._exact.get(key, ())
        for length in self._lengths:
            if length <= len(key):
                yield from self._prefixes.get(key[:length], ())

    @staticmethod
    def _matches(report: ReportText, index: int, rest: list[str]) -> int:
        if index + len(rest) >= len(report.tokens):
            return 0
        for offset, word in enumerate(rest, 1):
            key = report.tokens[index + offset].key
            if not (key.startswith(word[:-1]) if word.endswith("*") else key == word):
                return 0
            if not _GAP.match(report.gap(index + offset)):
                return 0
        return len(rest) + 1

    def _in_han(self, text: str, overlapping: bool) -> Iterable[Cue]:
        position = 0
        while position < len(text):
            for phrase, meaning in self._han.get(text[position], ()):
                if text.startswith(phrase, position):
                    yield Cue(position, position + len(phrase), meaning, phrase)
                    position += 1 if overlapping else len(phrase)
                    break
            else:
                position += 1


@lru_cache(maxsize=64)
def finder(name: str, *meanings: str) -> PhraseFinder:
    """Returns the finder for the vocabulary file `name` in all its languages, restricted to `meanings` if given."""
    return PhraseFinder(
        (row.word, row.meaning) for row in vocabulary(name) if not meanings or row.meaning in meanings
    )
