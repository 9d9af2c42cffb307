"""Finds the passages of proposals and the spans to quote."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from ..models import IntakePassage
from ..reading.marks import Mark
from ..reading.report_text import ReportText, Span

# A passage with one of these endings is not a title. Titles only repeat the text, so they are cited as a last resort.
_TITLE_ENDS = (".", "!", "?", "。", "！", "？", "…", "»", "”", '"')


class TextPlaces:
    """The passages of a text, weighted by the number of marks in them.

    Each cited passage needs a summary, so quotes are taken from the passages with the most marks.
    """

    def __init__(self, text: str, passages: Sequence[IntakePassage], marks: Iterable[Mark] = ()):
        self.report = ReportText(text)
        self.passages = list(passages)
        self._starts = [passage.start for passage in self.passages]
        self._weights = [0.0] * len(self.passages)
        for mark in marks:
            # The main content of a passage is its initiative or its statement.
            weight = 20 if mark.kind in ("initiative", "statement") else 1
            for index in {self._index(span.start) for span in mark.spans}:
                self._weights[index] += weight
        self._titles: set[int] = set()
        for index, passage in enumerate(self.passages[:-1]):
            # The masthead and the title can only be the first two passages.
            if text[: passage.end].endswith(_TITLE_ENDS) or index == 2:
                break
            self._weights[index] /= 1000
            self._titles.add(index)

    def passage_at(self, position: int) -> IntakePassage | None:
        return self.passages[self._index(position)] if self.passages else None

    def _index(self, position: int) -> int:
        return max(bisect_right(self._starts, position) - 1, 0)

    def quoted_first(self, spans: Iterable[Span], near: Sequence[Span] = ()) -> list[Span]:
        """The distinct spans, with the span to quote first.

        It is a span in `near` if possible, otherwise a span in the passage with the highest weight.
        """
        ordered = sorted({Span(*span) for span in spans})
        if not ordered:
            return []
        within = [span for span in ordered if any(piece.start <= span.start < piece.end for piece in near)]
        if within:
            first = next((span for span in within if self._index(span.start) not in self._titles), within[0])
        else:
            first = max(ordered, key=lambda span: self._weights[self._index(span.start)])
        return [first, *(span for span in ordered if span != first)]

    def is_in(self, mark: Mark, pieces: Iterable[Span]) -> bool:
        """True if a mark begins in one of the pieces."""
        return any(piece.start <= span.start < piece.end for span in mark.spans for piece in pieces)

    def passages_of(self, spans: Iterable[Span]) -> list[Span]:
        """The passages that contain the starts of these spans, as ranges of the text."""
        return [
            Span(self.passages[index].start, self.passages[index].end)
            for index in sorted({self._index(span.start) for span in spans})
        ]

    def sentences_of(self, mark: Mark) -> list[Span]:
        return [self.report.sentence_at(span.start) for span in mark.spans]
