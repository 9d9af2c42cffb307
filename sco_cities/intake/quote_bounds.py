"""Moves a border of the words that support a proposal, word by word; a name that was these words follows."""

import re
from itertools import chain

from django.db.models import F

from sco_cities.core.exceptions import Refused

from .decisions import written_already
from .models import Proposal, ProposalStatus
from .reading.report_text import HAN
from .written_changes import is_written

# A Chinese character is a word of its own.
_WORD = re.compile(rf"[{HAN}]|[^\W{HAN}]+")


def move_border(proposal: Proposal, border: str, step: int, *, version: int) -> None:
    """Moves the "start" or the "end" of the quote one word, to the left if `step` is negative.

    Nothing happens at the edges of the passage, or if no word would be left.
    """
    if is_written(proposal):
        raise written_already()
    if not proposal.spans or proposal.passage is None:
        return
    text, passage = proposal.intake.text, proposal.passage
    start, end = proposal.spans[0]
    words = [match.span() for match in _WORD.finditer(text, passage.start, passage.end)]
    places = [place[0] if border == "start" else place[1] for place in words]
    current = start if border == "start" else end
    moved = next((place for place in places if place > current), current)
    if step < 0:
        moved = next((place for place in reversed(places) if place < current), current)
    start, end = (moved, end) if border == "start" else (start, moved)
    if start >= end or moved == current:
        return
    quote = text[start:end]
    shown = " ".join(quote.split())
    value = _following(proposal.value, " ".join(proposal.quote.split()), shown)
    updated = Proposal.objects.filter(pk=proposal.pk, version=version, status=ProposalStatus.OPEN).update(
        spans=list(chain([[start, end]], proposal.spans[1:])), quote=quote, shown=shown, value=value,
        version=F("version") + 1,
    )  # fmt: skip
    if not updated:
        raise Refused(is_stale=True)
    proposal.refresh_from_db()


def _following(value, before: str, after: str):
    """The value with the new words where it was the old ones."""
    if isinstance(value, dict):
        return {name: after if each == before else each for name, each in value.items()}
    return after if value == before else value
