"""The publication workflow as a state machine, with its transitions and the users who may perform them.

`PublicationState` contains the states (draft, in review, published, withdrawn). A transition leads from one of its
origin states to its target state.
"""

import enum
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.curation.permissions.object_permissions import ObjectPermissions, stored_state
from sco_cities.sources.base_models import PublicationState, Record


class Actor(enum.Enum):
    """The users who may perform a transition. These are all who may edit the record, only its creator, or reviewers."""

    EDITORS = enum.auto()
    CREATOR = enum.auto()
    REVIEWERS = enum.auto()


@dataclass(frozen=True)
class Transition:
    """A workflow transition. `origins` maps each origin state to the users who may perform the transition."""

    label: str | Promise
    target: PublicationState
    origins: dict[PublicationState, Actor]
    requires_reason: bool = False


# Transitions by the name of their admin action. A withdrawn record must be reviewed again before publication.
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
        _("Send back"),
        PublicationState.DRAFT,
        {PublicationState.IN_REVIEW: Actor.REVIEWERS},
        requires_reason=True,
    ),
    "withdraw": Transition(
        _("Withdraw"),
        PublicationState.WITHDRAWN,
        {PublicationState.PUBLISHED: Actor.REVIEWERS},
        requires_reason=True,
    ),
    "back_to_draft": Transition(
        _("Return to draft"),
        PublicationState.DRAFT,
        {
            PublicationState.IN_REVIEW: Actor.CREATOR,
            PublicationState.PUBLISHED: Actor.REVIEWERS,
            PublicationState.WITHDRAWN: Actor.REVIEWERS,
        },
    ),
}


def can_transition(permissions: ObjectPermissions, transition: Transition, record: Record) -> bool:
    """Returns True if the account with these permissions may apply this transition to `record`."""
    actor = transition.origins.get(stored_state(record))
    if actor is None:
        return False
    return {
        Actor.EDITORS: lambda: permissions.can_edit(record),
        Actor.CREATOR: lambda: permissions.is_own(record) and permissions.can_edit(record),
        Actor.REVIEWERS: lambda: permissions.can_review,
    }[actor]()


def available_transitions(permissions: ObjectPermissions, record: Record) -> dict[str, Transition]:
    """Returns the transitions of a record that the account may perform, by name."""
    return {
        name: transition
        for name, transition in TRANSITIONS.items()
        if can_transition(permissions, transition, record)
    }


def available_states(permissions: ObjectPermissions, record: Record) -> list[PublicationState]:
    """Returns the states offered in a record's form. These are the current state and targets that need no reason."""
    targets = {
        transition.target
        for transition in available_transitions(permissions, record).values()
        if not transition.requires_reason
    }
    return [state for state in PublicationState if state in targets or state == stored_state(record)]
