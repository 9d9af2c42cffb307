"""The moves of records between states, and who makes them."""

import enum
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.curation.permissions.object_permissions import ObjectPermissions, stored_state
from sco_cities.sources.base_models import PublicationState, Record


class Actor(enum.Enum):
    """Who makes a move: whoever may edit the record, its maker alone, or those who review."""

    EDITORS = enum.auto()
    MAKER = enum.auto()
    REVIEWERS = enum.auto()


@dataclass(frozen=True)
class Transition:
    """A move: where it leads, from which states by whom, and whether it has to be said why."""

    label: str | Promise
    to: PublicationState
    origins: dict[PublicationState, Actor]
    asks_why: bool = False


# By name of the action. A record that was withdrawn is looked at again before readers see it.
TRANSITIONS = {
    "publish": Transition(
        _("Publish"),
        PublicationState.PUBLISHED,
        {PublicationState.DRAFT: Actor.REVIEWERS, PublicationState.IN_REVIEW: Actor.REVIEWERS},
    ),
    "send_to_review": Transition(
        _("Send for review"),
        PublicationState.IN_REVIEW,
        {
            PublicationState.DRAFT: Actor.EDITORS,
            PublicationState.PUBLISHED: Actor.REVIEWERS,
            PublicationState.WITHDRAWN: Actor.REVIEWERS,
        },
    ),
    "send_back": Transition(
        _("Send back"), PublicationState.DRAFT, {PublicationState.IN_REVIEW: Actor.REVIEWERS}, asks_why=True
    ),
    "withdraw": Transition(
        _("Withdraw"),
        PublicationState.WITHDRAWN,
        {PublicationState.PUBLISHED: Actor.REVIEWERS},
        asks_why=True,
    ),
    "back_to_draft": Transition(
        _("Return to draft"),
        PublicationState.DRAFT,
        {
            PublicationState.IN_REVIEW: Actor.MAKER,
            PublicationState.PUBLISHED: Actor.REVIEWERS,
            PublicationState.WITHDRAWN: Actor.REVIEWERS,
        },
    ),
}


def can_transition(rights: ObjectPermissions, move: Transition, record: Record) -> bool:
    """Whether `record` can go this way, moved by whom the rights are of."""
    who = move.origins.get(stored_state(record))
    if who is None:
        return False
    return {
        Actor.EDITORS: lambda: rights.may_edit(record),
        Actor.MAKER: lambda: rights.is_own(record) and rights.may_edit(record),
        Actor.REVIEWERS: lambda: rights.reviews,
    }[who]()


def available_transitions(rights: ObjectPermissions, record: Record) -> dict[str, Transition]:
    """The moves that can be made with a record, by name."""
    return {name: move for name, move in TRANSITIONS.items() if can_transition(rights, move, record)}


def available_states(rights: ObjectPermissions, record: Record) -> list[PublicationState]:
    """The states that the form of a record offers: its own, and those that need no word of explanation."""
    wanted = {move.to for move in available_transitions(rights, record).values() if not move.asks_why}
    return [state for state in PublicationState if state in wanted or state == stored_state(record)]
