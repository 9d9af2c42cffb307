"""Renders the text of a passage as HTML and marks the words of each proposal."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from sco_cities.core.html import fill_template, join_html

from ..models import Band

# An entire sentence is highlighted only while its proposal is selected on the page.
SENTENCE = "sentence"
_ORDER = (Band.SURE, Band.LIKELY, Band.MAYBE, SENTENCE)
_MARK = '<mark class="band-{}" data-proposals="{}">{}</mark>'


class MarkedSpan(NamedTuple):
    """A range of the text that belongs to a proposal."""

    start: int
    end: int
    band: str
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
            by_band = sorted(here, key=lambda span: (_ORDER.index(span.band), span.proposal))
            proposals = " ".join(dict.fromkeys(str(span.proposal) for span in by_band))
            yield fill_template(_MARK, by_band[0].band, proposals, piece)
        else:
            yield piece
