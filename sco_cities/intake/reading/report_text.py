"""The text of a report with its tokens, lines, sentences and marks. All positions refer to the original text."""

import bisect
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sco_cities.names.letters import HAN, folded
from sco_cities.names.vocabulary import words_of

_TOKEN = re.compile(rf"[^\W_{HAN}]+")
_LINE = re.compile(r"[^\n]+")
# The end of a sentence with closing quotation marks. White space, but no lower-case letter, must follow a full stop.
_END = re.compile(r"[。！？；]+[”’」』）]*|[.!?;…]+[\"”’»)]*(?=\s+[\"“«(—–-]*\s*[^\W_a-zа-яё])|\n")
_ABBREVIATIONS = words_of("function_words", "", "abbreviation")
_OWN_LINE = re.compile(r"\s*(?:(?:[-–—•*·]|\d+[.)])\s|https?://\S+\s*\Z)")
# Maximum width of a line that a page layout has broken. Wider lines are paragraphs.
_WIDEST = 120
_START = itemgetter(0)


class Token(NamedTuple):
    """A run of letters and digits without Chinese characters. `key` is its form for comparison."""

    start: int
    end: int
    text: str
    key: str

    @property
    def capitalised(self) -> bool:
        return self.text[0].isupper()


class Span(NamedTuple):
    """A range of the text from `start` (inclusive) to `end` (exclusive)."""

    start: int
    end: int


SURE, LIKELY, DOUBTFUL = "sure", "likely", "doubtful"


@dataclass
class Mark:
    """A value that a report names, with all its positions and its certainty. `text[start:end]` of a span is the quote.

    `names` contains all known names in every language. `key` is the slug of a known record, or "". `details` contains
    data that depends on the kind.
    """

    kind: str
    value: str
    spans: list[Span]
    certainty: str = LIKELY
    names: tuple[str, ...] = ()
    key: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class Mention(NamedTuple):
    """A position of a mark in the text."""

    start: int
    end: int
    mark: Mark


class SpanSet:
    """A set of spans that answers containment queries in logarithmic time.

    A span is any tuple that begins with a start and an end, such as a Mention.
    """

    def __init__(self, spans: Iterable[tuple] = ()):
        self.spans = sorted(spans, key=itemgetter(0, 1))
        self._starts = [span[0] for span in self.spans]
        # The furthest end of each span and all earlier spans. A long span may begin before short spans.
        self._ends = list(accumulate((span[1] for span in self.spans), max))

    def hold(self, start: int, end: int) -> bool:
        """Returns True if the spans contain the whole piece. Overlapping spans are treated as one span."""
        index = bisect.bisect_right(self._starts, start) - 1
        return index >= 0 and end <= self._ends[index]

    def overlap(self, start: int, end: int) -> bool:
        """Returns True if a span shares a character with the piece."""
        index = bisect.bisect_left(self._starts, end) - 1
        return index >= 0 and start < self._ends[index]

    def first_overlap(self, start: int, end: int) -> tuple | None:
        """Returns the first span that shares a character with the piece, or None."""
        index = bisect.bisect_right(self._ends, start)
        return self.spans[index] if index < len(self.spans) and self._starts[index] < end else None

    def starting_in(self, start: int, end: int) -> list[tuple]:
        """Returns the spans that start within the piece."""
        return self.spans[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]


def mentions_of(marks: Iterable[Mark]) -> SpanSet:
    """All positions of the marks."""
    return SpanSet(Mention(*span, mark) for mark in marks for span in mark.spans)


def language_of(text: str) -> str:
    """Returns the language with the most letters ("en", "ru" or "zh"). A Chinese character counts as three letters."""
    han = len(re.findall(rf"[{HAN}]", text)) * 3
    cyrillic = len(re.findall("[а-яёА-ЯЁ]", text))
    latin = len(re.findall("[a-zA-Z]", text))
    return max((latin, "en"), (cyrillic, "ru"), (han, "zh"), key=lambda each: each[0])[1]


class ReportText:
    """A text with the derived data that the rules need (tokens, lines, sentences)."""

    def __init__(self, text: str, flat: str = ""):
        self.text = text
        self.language = language_of(text)
        self.flat = flat or _with_soft_breaks(text)
        self.folded = folded(self.flat)

    def without(self, spans: Iterable[Span]) -> "ReportText":
        """Returns the text with spaces in place of these spans. Omits lines and sentences that have become empty."""
        letters = list(self.flat)
        for start, end in spans:
            letters[start:end] = " " * (end - start)
        rest = ReportText(self.text, "".join(letters))
        rest.lines = [line for line in self.lines if rest.trimmed(*line)[0] < line.end]
        rest.sentences = [each for each in self.sentences if rest.trimmed(*each)[0] < each.end]
        return rest

    @cached_property
    def tokens(self) -> list[Token]:
        return [
            Token(match.start(), match.end(), match.group(), self.folded[match.start() : match.end()])
            for match in _TOKEN.finditer(self.flat)
        ]

    def token_index(self, position: int) -> int:
        """Returns the index of the first token that starts at `position` or after it."""
        return bisect.bisect_left(self.tokens, position, key=_START)

    def tokens_in(self, start: int, end: int) -> list[Token]:
        """Returns the tokens that start in a piece of the text."""
        return self.tokens[self.token_index(start) : self.token_index(end)]

    def gap(self, index: int) -> str:
        """Returns the text between the token before `index` and the token itself."""
        return self.flat[self.tokens[index - 1].end : self.tokens[index].start] if index else "\n"

    @cached_property
    def lines(self) -> list[Span]:
        """Paragraphs and titles. Lines that a page layout has broken are joined."""
        return [Span(*match.span()) for match in _LINE.finditer(self.flat) if match.group().strip()]

    @cached_property
    def sentences(self) -> list[Span]:
        spans, start = [], 0
        for match in _END.finditer(self.flat):
            if match.group().startswith(".") and self._is_abbreviation(match.start()):
                continue
            spans.append(Span(start, match.end()))
            start = match.end()
        spans.append(Span(start, len(self.flat)))
        return [trimmed for span in spans if (trimmed := self.trimmed(*span)).end > trimmed.start]

    def sentence_at(self, position: int) -> Span:
        """Returns the sentence that contains a position."""
        index = bisect.bisect_right(self.sentences, position, key=_START) - 1
        return self.sentences[max(index, 0)] if self.sentences else Span(0, len(self.text))

    def trimmed(self, start: int, end: int) -> Span:
        """Returns the piece without white space at its ends."""
        while start < end and self.flat[start].isspace():
            start += 1
        while end > start and self.flat[end - 1].isspace():
            end -= 1
        return Span(start, end)

    def _is_abbreviation(self, position: int) -> bool:
        start = position
        while start and self.flat[start - 1].isalpha():
            start -= 1
        word = self.folded[start:position]
        return word in _ABBREVIATIONS or (len(word) == 1 and self.flat[start].isupper())


def _with_soft_breaks(text: str) -> str:
    """Replaces line breaks of the page layout, and unusual white space, with spaces."""
    lines = re.sub(r"[^\S\n]", " ", text).split("\n")
    blocks = groupby(lines, key=lambda line: bool(line.strip()))
    return "\n".join(
        "\n".join(block) if not filled else _joined_block(list(block)) for filled, block in blocks
    )


def _joined_block(lines: list[str]) -> str:
    """Joins the lines of a block if they are nearly equally wide, because a page layout has broken such lines."""
    widest = max(len(line) for line in lines)
    if any(_OWN_LINE.match(line) for line in lines):
        return "\n".join(lines)
    if widest > _WIDEST or any(len(line.rstrip()) < 0.6 * widest for line in lines[:-1]):
        return "\n".join(lines)
    if len(lines) == 2 and not lines[1][:1].islower():
        return "\n".join(lines)
    return " ".join(lines)
