"""Checks the items that a language model returns. Each item's quote must be in the text and contain its value."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from sco_cities.names.letters import HAN, folded
from sco_cities.names.vocabulary import vocabulary

from ..reading.dictionary import Cue, finder
from ..reading.report_text import ReportText

# The kinds and fields of items. `proposals.report_proposals` converts valid items to proposals.
FIELDS = (
    ("person", "name"),
    ("person", "role"),
    ("city", "name"),
    ("country", "name"),
    ("organisation", "name"),
    ("event", "name"),
    ("theme", "slug"),
)
MAX_QUOTE_LENGTH = 2_000
_WORD = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_HAN = re.compile(f"[{HAN}]")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# Maximum length of a Russian word's varying ending.
_LONGEST_ENDING = 3


def answer_themes() -> frozenset[str]:
    """Returns the slugs of the themes that the rules define, which are the valid values of a theme item."""
    return frozenset(row.meaning for row in vocabulary("theme_cues"))


class AnchoredItem(NamedTuple):
    """A value and the quote that supports it. `text[start:end]` of the passage is the quote.

    The pair of `kind` and `field` is in FIELDS. `passage` is the number of the passage, from 1.
    """

    kind: str
    field: str
    value: str
    passage: int
    quote: str
    start: int
    end: int


def anchored(item: object, passages: Sequence[ReportText], themes: Collection[str]) -> AnchoredItem | None:
    """Returns the item with its position, or None if it is invalid or the passages do not support it."""
    match item:
        case {"kind": str(kind), "field": str(field), "value": str(value), "quote": str(quote)}:
            number = item.get("passage")
        case _:
            return None
    value = value.strip()
    is_valid = (kind, field) in FIELDS and type(number) is int and 1 <= number <= len(passages)
    if not is_valid or not quote.split() or len(quote) > MAX_QUOTE_LENGTH:
        return None
    report = passages[number - 1]
    # The position of the quote, ignoring differences in white space.
    match = re.search(r"\s+".join(map(re.escape, quote.split())), report.text)
    if match is None:
        return None
    if kind == "theme":
        is_said = value in themes and _has_cue(report, value, *match.span())
    else:
        is_said = _has_words(match.group(), value)
    return AnchoredItem(kind, field, value, number, match.group(), *match.span()) if is_said else None


def _has_cue(report: ReportText, theme: str, start: int, end: int) -> bool:
    """Returns True if the rules find a cue of the theme in a piece of the passage."""
    return any(cue.meaning == theme and start <= cue.start and cue.end <= end for cue in _theme_cues(report))


@lru_cache(maxsize=256)
def _theme_cues(report: ReportText) -> list[Cue]:
    """Returns the cues of all themes in a passage. An answer may contain hundreds of themes for the same passage."""
    return finder("theme_cues").find(report, overlapping=True)


def _has_words(quote: str, value: str) -> bool:
    """Returns True if the quote contains the words of the value in sequence. Russian endings may differ."""
    words, wanted = _WORD.findall(folded(quote)), _WORD.findall(folded(value))
    return bool(wanted) and any(
        all(map(_is_same_word, wanted, words[first:])) for first in range(len(words) - len(wanted) + 1)
    )


def _is_same_word(wanted: str, word: str) -> bool:
    if _HAN.match(wanted):
        return wanted in word
    if wanted == word or not _CYRILLIC.match(wanted):
        return wanted == word
    shared = sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(wanted, word, strict=False)))
    return shared >= 3 and max(len(wanted), len(word)) - shared <= _LONGEST_ENDING
