"""The moves of records between states, and who makes them."""

import enum
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.curation.permissions.object_permissions import Rights, stored_state
from sco_cities.sources.base_models import Record, State


class Who(enum.Enum):
    """Who makes a move: whoever may edit the record, its maker alone, or those who review."""

    EDITORS = enum.auto()
    MAKER = enum.auto()
    REVIEWERS = enum.auto()


@dataclass(frozen=True)
class Move:
    """A move: where it leads, from which states by whom, and whether it has to be said why."""

    label: str | Promise
    to: State
    origins: dict[State, Who]
    asks_why: bool = False


# By name of the action. A record that was withdrawn is looked at again before readers see it.
MOVES = {
    "publish": Move(
        _("Publish"), State.PUBLISHED, {State.DRAFT: Who.REVIEWERS, State.IN_REVIEW: Who.REVIEWERS}
    ),
    "send_to_review": Move(
        _("Send to review"),
        State.IN_REVIEW,
        {State.DRAFT: Who.EDITORS, State.PUBLISHED: Who.REVIEWERS, State.WITHDRAWN: Who.REVIEWERS},
    ),
    "send_back": Move(_("Send back"), State.DRAFT, {State.IN_REVIEW: Who.REVIEWERS}, asks_why=True),
    "withdraw": Move(_("Withdraw"), State.WITHDRAWN, {State.PUBLISHED: Who.REVIEWERS}, asks_why=True),
    "back_to_draft": Move(
        _("Back to draft"),
        State.DRAFT,
        {State.IN_REVIEW: Who.MAKER, State.PUBLISHED: Who.REVIEWERS, State.WITHDRAWN: Who.REVIEWERS},
    ),
}


def may_make(rights: Rights, move: Move, record: Record) -> bool:
    """Whether `record` can go this way, moved by whom the rights are of."""
    who = move.origins.get(stored_state(record))
    if who is None:
        return False
    return {
        Who.EDITORS: lambda: rights.may_edit(record),
        Who.MAKER: lambda: rights.is_own(record) and rights.may_edit(record),
        Who.REVIEWERS: lambda: rights.reviews,
    }[who]()


def moves_of(rights: Rights, record: Record) -> dict[str, Move]:
    """The moves that can be made with a record, by name."""
    return {name: move for name, move in MOVES.items() if may_make(rights, move, record)}


def states_on_offer(rights: Rights, record: Record) -> list[State]:
    """The states that the form of a record offers: its own, and those that need no word of explanation."""
    wanted = {move.to for move in moves_of(rights, record).values() if not move.asks_why}
    return [state for state in State if state in wanted or state == stored_state(record)]
