"""The passages of two reports that become one: footnotes stay at the words from which they were taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from sco_cities.sources.models import Evidence, Passage, Report

from .foreign_keys import foreign_key_locations


@dataclass(frozen=True)
class PassageMove:
    """A passage of the report that goes, and what becomes of it: the same one that is there, or a number."""

    passage: Passage
    same: Passage | None
    number: int


def passage_moves(stays: Report, goes: Report) -> list[PassageMove]:
    """What becomes of each passage.

    One of the same number and words is the same; one of the same number and other words gets a number that is free.
    """
    there = {passage.number: passage for passage in stays.passages.all()}
    passages = list(goes.passages.order_by("number"))
    taken = {*there, *(passage.number for passage in passages)}
    free = (number for number in count(max(taken, default=0) + 1))
    return [_passage_move(passage, there.get(passage.number), free) for passage in passages]


def _passage_move(passage: Passage, own: Passage | None, free: Iterator[int]) -> PassageMove:
    if own is None:
        return PassageMove(passage, None, passage.number)
    if (own.summary, own.quotation) == (passage.summary, passage.quotation):
        return PassageMove(passage, own, own.number)
    return PassageMove(passage, None, next(free))


def format_moves(stays: Report, goes: Report) -> list[str]:
    """What a curator should know of it, in sentences."""
    said = _(
        "Passage %(old)d becomes passage %(new)d: the kept report has a different passage with this number."
    )
    return [
        said % {"old": each.passage.number, "new": each.number}
        for each in passage_moves(stays, goes)
        if each.same is None and each.number != each.passage.number
    ]


def merge_passages(stays: Report, goes: Report) -> None:
    """Gives the passages of the report that goes to the one that stays, with all that names them."""
    naming, kept = foreign_key_locations(Passage), []
    for each in passage_moves(stays, goes):
        if each.same is not None:
            _merge_footnotes(each.passage.pk, each.same.pk)
            for place in naming:
                place.move(each.passage.pk, each.same.pk)
            each.passage.delete()
        else:
            each.passage.report, each.passage.number = stays, each.number
            kept.append(each.passage)
    Passage.objects.bulk_update(kept, ["report", "number"])


def _merge_footnotes(goes: int, stays: int) -> None:
    columns = ("content_type", "object_id", "field", "stance", "reported_value")
    like = Evidence.objects.filter(passage=stays, **{name: OuterRef(name) for name in columns})
    same_figure = Q(Exists(like.filter(figure=OuterRef("figure"))))
    no_figure = Q(Exists(like.filter(figure__isnull=True)), figure__isnull=True)
    footnotes = Evidence.objects.filter(passage=goes).order_by()
    footnotes.filter(same_figure | no_figure).delete()
    footnotes.update(passage=stays)
