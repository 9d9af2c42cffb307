"""Merges the passages of two reports. Every footnote keeps its passage."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from sco_cities.core.localized_names import localized
from sco_cities.core.translations import translation_columns
from sco_cities.sources.models import Evidence, Passage, Report
from sco_cities.sources.passages import first_words

from .foreign_keys import foreign_key_locations


@dataclass(frozen=True)
class PassageMove:
    """A passage of the duplicate with its new number and, if there is one, the equal passage of the target."""

    passage: Passage
    equal: Passage | None
    number: int


def passage_moves(target: Report, duplicate: Report) -> list[PassageMove]:
    """Returns the moves of all passages of the duplicate, ordered by number.

    A passage with the same number and text is equal, unless each of the two has its own archived copy. A passage with
    the same number but a different text gets a free number.
    """
    own = {passage.number: passage for passage in target.passages.all()}
    passages = list(duplicate.passages.order_by("number"))
    numbers = {*own, *(passage.number for passage in passages)}
    free = (number for number in count(max(numbers, default=0) + 1))
    return [_passage_move(passage, own.get(passage.number), free) for passage in passages]


def _passage_move(passage: Passage, own: Passage | None, free: Iterator[int]) -> PassageMove:
    if own is None:
        return PassageMove(passage, None, passage.number)
    copies = {own.archive_address, passage.archive_address} - {""}
    if (own.summary, own.quotation) == (passage.summary, passage.quotation) and len(copies) < 2:
        return PassageMove(passage, own, own.number)
    return PassageMove(passage, None, next(free))


def renumbering_notes(target: Report, duplicate: Report) -> list[str]:
    """Returns a sentence about each passage that gets a different number."""
    message = _(
        "Passage %(old)d (“%(words)s”) becomes passage %(new)d, because the kept report has a different passage "
        "with this number."
    )
    return [
        message
        % {
            "old": each.passage.number,
            "new": each.number,
            "words": first_words(localized(each.passage, "summary")),
        }
        for each in passage_moves(target, duplicate)
        if each.equal is None and each.number != each.passage.number
    ]


def merge_passages(target: Report, duplicate: Report) -> None:
    """Moves the duplicate's passages to the target, with everything that refers to them."""
    locations, moved = foreign_key_locations(Passage), []
    for each in passage_moves(target, duplicate):
        if each.equal is not None:
            _merge_footnotes(each.passage.pk, each.equal.pk)
            for location in locations:
                location.move(each.passage.pk, each.equal.pk)
            _keep_optional_values(each.passage, each.equal)
            each.passage.delete()
        else:
            each.passage.report, each.passage.number = target, each.number
            moved.append(each.passage)
    Passage.objects.bulk_update(moved, ["report", "number"])


def _keep_optional_values(duplicate: Passage, target: Passage) -> None:
    optional = [*translation_columns(Passage), *Passage.later_columns]
    missing = [name for name in optional if not getattr(target, name)]
    for name in missing:
        setattr(target, name, getattr(duplicate, name))
    if any(getattr(duplicate, name) for name in missing):
        target.save()


def _merge_footnotes(duplicate: int, target: int) -> None:
    columns = ("content_type", "object_id", "field", "stance", "reported_value")
    like = Evidence.objects.filter(passage=target, **{name: OuterRef(name) for name in columns})
    same_figure = Q(Exists(like.filter(figure=OuterRef("figure"))))
    no_figure = Q(Exists(like.filter(figure__isnull=True)), figure__isnull=True)
    footnotes = Evidence.objects.filter(passage=duplicate).order_by()
    footnotes.filter(same_figure | no_figure).delete()
    footnotes.update(passage=target)
