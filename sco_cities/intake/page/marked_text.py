"""Renders the text of a passage as HTML and marks the words of each proposal."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from sco_cities.core.html import fill_template, join_html

from ..models import Certainty

# An entire sentence is highlighted only while its proposal is selected on the page.
SENTENCE = "sentence"
_ORDER = (Certainty.SURE, Certainty.LIKELY, Certainty.DOUBTFUL, SENTENCE)
_MARK = '<mark class="certainty-{}" data-proposals="{}">{}</mark>'


class MarkedSpan(NamedTuple):
    """A range of the text that belongs to a proposal."""

    start: int
    end: int
    certainty: str
    proposal: int


def marked_html(text: str, start: int, end: int, spans: Iterable[MarkedSpan]) -> str:
    """Returns `text[start:end]` as escaped HTML with marks.

    Where ranges overlap, a mark lists the proposals of all ranges, most certain first.
    """
    return join_html("", _pieces(text, start, end, list(spans)))


def _pieces(text: str, start: int, end: int, spans: list[MarkedSpan]) -> Iterator[str]:
    borders = {min(max(border, start), end) for span in spans for border in (span.start, span.end)}
    for left, right in pairwise(sorted(borders | {start, end})):
        here = [span for span in spans if span.start <= left < span.end]
        piece = text[left:right]
        if here:
            by_certainty = sorted(here, key=lambda span: (_ORDER.index(span.certainty), span.proposal))
            proposals = " ".join(dict.fromkeys(str(span.proposal) for span in by_certainty))
            yield fill_template(_MARK, by_certainty[0].certainty, proposals, piece)
        else:
            yield piece
