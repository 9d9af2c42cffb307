"""Checks the items that a language model returns. Each must quote the text, and the quote must contain the value."""

import re
from collections.abc import Collection
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from sco_cities.names.letters import HAN, folded
from sco_cities.names.vocabulary import vocabulary

from ..reading.dictionary import finder
from ..reading.report_text import ReportText

MAX_QUOTE_LENGTH = 2_000
_WORD = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_HAN = re.compile(f"[{HAN}]")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# Maximum number of final letters by which the cases of a Russian word may differ.
_LONGEST_ENDING = 3


def answer_themes() -> frozenset[str]:
    """The slugs of the themes that the rules define, which are the valid values of a theme item."""
    return frozenset(row.meaning for row in vocabulary("theme_cues"))


class AnchoredItem(NamedTuple):
    """A value and the quote that supports it. `text[start:end]` of the passage is the quote.

    `kind` and `field` form a key of FIELDS. `passage` counts from 1.
    """

    kind: str
    field: str
    value: str
    passage: int
    quote: str
    start: int
    end: int


class Passages:
    """Checks items against the passages of a report."""

    def __init__(self, passages: Collection[str], themes: Collection[str]):
        self._passages = [_Passage(text, themes) for text in passages]

    def anchored(self, item: object) -> AnchoredItem | None:
        """Returns the item with its position, or None if it is invalid or the text does not support it."""
        match item:
            case {"kind": str(kind), "field": str(field), "value": str(value), "quote": str(quote)}:
                number = item.get("passage")
            case _:
                return None
        value = value.strip()
        is_said = FIELDS.get((kind, field))
        if is_said is None or type(number) is not int or not 1 <= number <= len(self._passages):
            return None
        passage = self._passages[number - 1]
        span = passage.span(quote)
        if span is None or not is_said(passage, value, *span):
            return None
        return AnchoredItem(kind, field, value, number, passage.text[slice(*span)], *span)


class _Passage:
    """A passage with the values that the rules find in it."""

    def __init__(self, text: str, themes: Collection[str]):
        self.text = text
        self._known_themes = themes

    @cached_property
    def _report(self) -> ReportText:
        return ReportText(self.text)

    @cached_property
    def _themes(self):
        return finder("theme_cues").find(self._report, overlapping=True)

    def span(self, quote: str) -> tuple[int, int] | None:
        """The position of the quote in the text, ignoring differences in white space."""
        words = quote.split()
        if not words or len(quote) > MAX_QUOTE_LENGTH:
            return None
        match = re.search(r"\s+".join(map(re.escape, words)), self.text)
        return match.span() if match else None

    def has_words(self, value: str, start: int, end: int) -> bool:
        """True if the quote contains the words of the value in sequence. Russian words may have different endings."""
        words = _WORD.findall(folded(self.text[start:end]))
        wanted = _WORD.findall(folded(value))
        return bool(wanted) and any(
            all(map(_is_same_word, wanted, words[first:])) for first in range(len(words) - len(wanted) + 1)
        )

    def has_theme(self, value: str, start: int, end: int) -> bool:
        return value in self._known_themes and any(
            cue.meaning == value and start <= cue.start and cue.end <= end for cue in self._themes
        )


def _is_same_word(wanted: str, word: str) -> bool:
    if _HAN.match(wanted):
        return wanted in word
    if wanted == word or not _CYRILLIC.match(wanted):
        return wanted == word
    shared = sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(wanted, word, strict=False)))
    return shared >= 3 and max(len(wanted), len(word)) - shared <= _LONGEST_ENDING


# Functions that check an item's quote, by kind and field. Valid items become proposals (`proposals.report_proposals`).
FIELDS = {
    ("person", "name"): _Passage.has_words,
    ("person", "role"): _Passage.has_words,
    ("city", "name"): _Passage.has_words,
    ("country", "name"): _Passage.has_words,
    ("organisation", "name"): _Passage.has_words,
    ("event", "name"): _Passage.has_words,
    ("theme", "slug"): _Passage.has_theme,
}
