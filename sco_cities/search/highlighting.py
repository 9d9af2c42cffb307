"""Shows in a text what a search has found in it, in whatever script the two are written."""

from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join

from sco_cities.core import tokenizer

from .query_parser import QueryTerm, SearchQuery

# So many characters of a longer text are shown, and of these so many before the first word found.
EXCERPT, BEFORE = 200, 60


class Highlighter:
    """Marks the words of a search in texts."""

    def __init__(self, search: SearchQuery):
        own, others = [], set()
        for phrase in search.phrases:
            for typed, *names in phrase:
                own += typed
                others.update(names)
        # What was typed is marked word by word, another name only where the text has all of it.
        self._groups: list[tuple[QueryTerm, ...]] = [
            *((term,) for term in dict.fromkeys(own)),
            *sorted(others, key=str),
        ]

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where words of the search begin and end in `text`; those that touch each other as one."""
        tokens = list(_tokens(text))
        found = set()
        for group in self._groups:
            fitting = [[(start, end) for start, end, token in tokens if term.fits(token)] for term in group]
            if all(fitting):
                found.update(place for places in fitting for place in places)
        return _joined(sorted(found))

    def marked(self, text: str) -> str:
        """`text` as HTML, with what was found in it in <mark>."""
        return _marked(text, self.places(text), 0, len(text))

    def beginning(self, text: str) -> str:
        """The first part of `text` as HTML."""
        end = len(text) if len(text) <= EXCERPT else text.rfind(" ", 1, EXCERPT)
        return _cut(text, [], 0, end if end > 0 else EXCERPT)

    def excerpt(self, text: str) -> str | None:
        """The part of `text` around what was found in it; None where nothing was."""
        places = self.places(text)
        if not places:
            return None
        start = _word_start(text, max(0, places[0][0] - BEFORE)) if len(text) > EXCERPT else 0
        end = min(len(text), start + EXCERPT)
        if end < len(text):
            # Chinese is written without spaces: it ends anywhere.
            space = text.rfind(" ", start, end)
            end = max(places[0][1], space if space > start + EXCERPT // 2 else end)
        return _cut(text, places, start, end)


def _tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """The tokens by which words of `text` are found, and where these words are."""
    for start, end, spelled in tokenizer.spans(text):
        for word in spelled:
            if not tokenizer.is_han(word):
                yield start, end, word
            elif len(word) == end - start:
                yield from _han_tokens(start, word)


def _han_tokens(start: int, run: str) -> Iterator[tuple[int, int, str]]:
    for place in range(len(run)):
        for length in range(1, tokenizer.SYLLABLES + 1):
            part = run[place : place + length]
            if len(part) < length:
                break
            if length <= 2:
                yield start + place, start + place + length, tokenizer.query_tokens(part)[0]
            yield start + place, start + place + length, tokenizer.READING + tokenizer.transliterate(part)


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _word_start(text: str, place: int) -> int:
    """The beginning of the first word from `place` on."""
    return (text.find(" ", place, place + BEFORE) + 1 or place) if place else 0


def _marked(text: str, places: list[tuple[int, int]], start: int, end: int) -> str:
    pieces, at = [], start
    for first, last in places:
        if first >= start and last <= end:
            pieces.append((text[at:first], format_html("<mark>{}</mark>", text[first:last])))
            at = last
    return format_html_join("", "{}{}", [*pieces, (text[at:end], "")])


def _cut(text: str, places: list[tuple[int, int]], start: int, end: int) -> str:
    before, after = "…" * (start > 0), "…" * (end < len(text))
    return format_html("{}{}{}", before, _marked(text, places, start, end), after)
