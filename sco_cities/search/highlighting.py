"""Highlights the words of a search in texts, including names in other scripts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sco_cities.core import tokenizer
from sco_cities.core.html import fill_template, join_html

from .fulltext_query import QueryTerm, SearchQuery

# Maximum length of an excerpt, and the number of characters shown before the first match.
EXCERPT_LENGTH, EXCERPT_LEAD = 200, 60


class Highlighter:
    """Highlights the words of one search in texts."""

    def __init__(self, search: SearchQuery):
        own, others = [], set()
        for phrase in search.phrases:
            for typed, *names in phrase:
                own += typed
                others.update(names)
        # Typed words are highlighted individually. Other names of a record are highlighted only in texts that contain
        # all words of the name.
        groups: list[tuple[QueryTerm, ...]] = [*((term,) for term in dict.fromkeys(own)), *others]
        self._whole_tokens = {
            group[0].token for group in groups if len(group) == 1 and not group[0].is_prefix
        }
        self._groups = [group for group in groups if len(group) > 1 or group[0].is_prefix]
        self._needs_readings = any(
            term.token.startswith(tokenizer.READING_PREFIX) for group in groups for term in group
        )
        # Spans are cached, because many records show the same name.
        self._spans: dict[str, list[tuple[int, int]]] = {}

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Returns the start and end of each match in `text`. Adjacent matches are merged."""
        if text not in self._spans:
            self._spans[text] = self._find(text)
        return self._spans[text]

    def _find(self, text: str) -> list[tuple[int, int]]:
        by_token = defaultdict(list)
        for start, end, token in _tokens(text, with_readings=self._needs_readings):
            by_token[token].append((start, end))
        matches = {span for token in self._whole_tokens.intersection(by_token) for span in by_token[token]}
        for group in self._groups:
            by_term = [_spans_of(term, by_token) for term in group]
            if all(by_term):
                matches.update(span for spans in by_term for span in spans)
        return _merged_spans(sorted(matches))

    def highlight(self, text: str) -> str:
        """Returns `text` as HTML with the matches in <mark>."""
        return _highlighted_html(text, self.spans(text), 0, len(text))

    def opening(self, text: str) -> str:
        """Returns the beginning of `text` as HTML."""
        end = len(text) if len(text) <= EXCERPT_LENGTH else text.rfind(" ", 1, EXCERPT_LENGTH)
        return _excerpt_html(text, [], 0, end if end > 0 else EXCERPT_LENGTH)

    def excerpt(self, text: str) -> str | None:
        """Returns the part of `text` around the first match as HTML, or None if nothing matches."""
        spans = self.spans(text)
        if not spans:
            return None
        start = _word_start(text, max(0, spans[0][0] - EXCERPT_LEAD)) if len(text) > EXCERPT_LENGTH else 0
        end = min(len(text), start + EXCERPT_LENGTH)
        if end < len(text):
            # Chinese has no spaces between words, so an excerpt can end after any character.
            space = text.rfind(" ", start, end)
            end = max(spans[0][1], space if space > start + EXCERPT_LENGTH // 2 else end)
        return _excerpt_html(text, spans, start, end)


def _spans_of(term: QueryTerm, by_token: dict[str, list[tuple[int, int]]]) -> list[tuple[int, int]]:
    if not term.is_prefix:
        return by_token.get(term.token, [])
    return [span for token, spans in by_token.items() if token.startswith(term.token) for span in spans]


def _tokens(text: str, *, with_readings: bool) -> Iterator[tuple[int, int, str]]:
    """Yields the start, the end and the text of every token in `text` that a search can match."""
    for start, end, words in tokenizer.spans(text):
        for word in words:
            if not tokenizer.is_han(word):
                yield start, end, word
            elif len(word) == end - start:
                yield from _han_tokens(start, word, with_readings=with_readings)


def _han_tokens(start: int, run: str, *, with_readings: bool) -> Iterator[tuple[int, int, str]]:
    for place in range(len(run)):
        for length in range(1, (tokenizer.READING_LENGTH if with_readings else 2) + 1):
            part = run[place : place + length]
            if len(part) < length:
                break
            if length <= 2:
                yield start + place, start + place + length, tokenizer.query_tokens(part)[0]
            if with_readings:
                reading = tokenizer.READING_PREFIX + tokenizer.transliterate(part)
                yield start + place, start + place + length, reading


def _merged_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _word_start(text: str, place: int) -> int:
    """Returns the start of the first word after the position `place`."""
    return (text.find(" ", place, place + EXCERPT_LEAD) + 1 or place) if place else 0


def _highlighted_html(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    pieces, position = [], start
    for first, last in spans:
        if first >= start and last <= end:
            pieces += [text[position:first], fill_template("<mark>{}</mark>", text[first:last])]
            position = last
    return join_html("", [*pieces, text[position:end]])


def _excerpt_html(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    before, after = "…" * (start > 0), "…" * (end < len(text))
    return join_html("", [before, _highlighted_html(text, spans, start, end), after])
