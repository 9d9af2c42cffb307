"""Highlights the words of a search in texts, also if the text is in another script."""

from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join

from sco_cities.core import tokenizer

from .query_parser import QueryTerm, SearchQuery

# Characters of a longer text that an excerpt shows, and how many of them come before the first match.
EXCERPT_LENGTH, EXCERPT_LEAD = 200, 60


class Highlighter:
    """Highlights the words of one search in texts."""

    def __init__(self, search: SearchQuery):
        own, others = [], set()
        for phrase in search.phrases:
            for typed, *names in phrase:
                own += typed
                others.update(names)
        # Typed words are highlighted one by one; another name only where the text contains all of it.
        self._groups: list[tuple[QueryTerm, ...]] = [
            *((term,) for term in dict.fromkeys(own)),
            *sorted(others, key=str),
        ]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Start and end of the matches in `text`; adjacent ones are merged."""
        tokens = list(_tokens(text))
        matches = set()
        for group in self._groups:
            by_term = [
                [(start, end) for start, end, token in tokens if term.matches(token)] for term in group
            ]
            if all(by_term):
                matches.update(span for spans in by_term for span in spans)
        return _merged_spans(sorted(matches))

    def highlight(self, text: str) -> str:
        """`text` as HTML, with the matches in <mark>."""
        return _highlighted_html(text, self.spans(text), 0, len(text))

    def opening(self, text: str) -> str:
        """The beginning of `text` as HTML."""
        end = len(text) if len(text) <= EXCERPT_LENGTH else text.rfind(" ", 1, EXCERPT_LENGTH)
        return _excerpt_html(text, [], 0, end if end > 0 else EXCERPT_LENGTH)

    def excerpt(self, text: str) -> str | None:
        """The part of `text` around the first match, as HTML; None without a match."""
        spans = self.spans(text)
        if not spans:
            return None
        start = _word_start(text, max(0, spans[0][0] - EXCERPT_LEAD)) if len(text) > EXCERPT_LENGTH else 0
        end = min(len(text), start + EXCERPT_LENGTH)
        if end < len(text):
            # Chinese is written without spaces: the excerpt can end anywhere.
            space = text.rfind(" ", start, end)
            end = max(spans[0][1], space if space > start + EXCERPT_LENGTH // 2 else end)
        return _excerpt_html(text, spans, start, end)


def _tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and token of the words of `text`, with all tokens that a search can match."""
    for start, end, words in tokenizer.spans(text):
        for word in words:
            if not tokenizer.is_han(word):
                yield start, end, word
            elif len(word) == end - start:
                yield from _han_tokens(start, word)


def _han_tokens(start: int, run: str) -> Iterator[tuple[int, int, str]]:
    for place in range(len(run)):
        for length in range(1, tokenizer.READING_LENGTH + 1):
            part = run[place : place + length]
            if len(part) < length:
                break
            if length <= 2:
                yield start + place, start + place + length, tokenizer.query_tokens(part)[0]
            yield (
                start + place,
                start + place + length,
                tokenizer.READING_PREFIX + tokenizer.transliterate(part),
            )


def _merged_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _word_start(text: str, place: int) -> int:
    """The start of the first word after `place`."""
    return (text.find(" ", place, place + EXCERPT_LEAD) + 1 or place) if place else 0


def _highlighted_html(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    pieces, position = [], start
    for first, last in spans:
        if first >= start and last <= end:
            pieces.append((text[position:first], format_html("<mark>{}</mark>", text[first:last])))
            position = last
    return format_html_join("", "{}{}", [*pieces, (text[position:end], "")])


def _excerpt_html(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    before, after = "…" * (start > 0), "…" * (end < len(text))
    return format_html("{}{}{}", before, _highlighted_html(text, spans, start, end), after)
