"""The publication workflow as a state machine, with transitions and the users who may perform them.

`PublicationState` contains the states (draft, in review, published, withdrawn). A transition changes a record from one
of its origin states to its target state. The last transition of a record is read from its history.
"""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce

from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from sco_cities.curation.permissions.object_permissions import ObjectPermissions, stored_state
from sco_cities.history import delta
from sco_cities.history.diff_display import field_label
from sco_cities.history.models import SENT_BACK, Action, Revision
from sco_cities.sources.base_models import PublicationState, Record


class Actor(enum.Enum):
    """The users who may perform a transition (all editors of the record, its creator, or reviewers)."""

    EDITORS = enum.auto()
    CREATOR = enum.auto()
    REVIEWERS = enum.auto()


@dataclass(frozen=True)
class Transition:
    """A workflow transition. `origins` maps each origin state to the users who may perform the transition.

    `reason_label` and `reason_help` are the texts of the reason field, if the transition requires a reason.
    """

    label: str | Promise
    target: PublicationState
    origins: dict[PublicationState, Actor]
    reason_label: str | Promise = ""
    reason_help: str | Promise = ""

    @property
    def requires_reason(self) -> bool:
        return bool(self.reason_label)


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
        # The reason is never public.
        reason_label=_("What needs to be corrected?"),
    ),
    "withdraw": Transition(
        _("Withdraw"),
        PublicationState.WITHDRAWN,
        {PublicationState.PUBLISHED: Actor.REVIEWERS},
        reason_label=_("Why is the record withdrawn?"),
        reason_help=_(
            "Readers no longer see the record. Its page shows that it was withdrawn. If it is published "
            "again, its history shows this reason. The record stays on pages as of earlier dates and in "
            "existing releases, and its slug stays in feeds. To remove personal data, delete the record."
        ),
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
    """Returns the states offered in a record's form, which are the current state and states that need no reason."""
    targets = {
        transition.target
        for transition in available_transitions(permissions, record).values()
        if not transition.requires_reason
    }
    return [state for state in PublicationState if state in targets or state == stored_state(record)]


def last_transitions(model: type[Record], keys: Collection[int]) -> dict[int, Revision]:
    """Returns the revision that set the current state of each record, by primary key. Runs one query.

    The revisions are annotated by `with_send_backs`.
    """
    changes = Revision.objects.of_model(model, keys).exclude(state=F("state_before")).order_by()
    newest = changes.values("object_id").annotate(newest=Max("pk")).values("newest")
    revisions = Revision.objects.filter(pk__in=newest).with_send_backs().select_related("change_set")
    return {revision.object_id: revision for revision in revisions.order_by()}


def _of_same_record() -> QuerySet[Revision]:
    """Returns a subquery that selects all revisions of the outer revision's record."""
    return Revision.objects.filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))


def sent_back_to(user) -> QuerySet[Revision]:
    """Returns revisions that sent back records created by `user`, unless another transition followed.

    Runs one query, which uses the index of revisions that sent a record back.
    """
    created = _of_same_record().filter(action=Action.CREATED, change_set__made_by=user.pk)
    later = _of_same_record().filter(pk__gt=OuterRef("pk")).exclude(state=F("state_before"))
    sent_back = Revision.objects.filter(SENT_BACK).with_send_backs().filter(is_sent_back=True)
    return sent_back.filter(Exists(created), ~Exists(later)).order_by("pk")


def format_transition(revision: Revision | None) -> str:
    """Describes the last transition in a sentence. Returns "" if the transition needs no explanation."""
    if revision is None:
        return ""
    if revision.state == PublicationState.IN_REVIEW:
        text = _("Sent for review by %(who)s on %(when)s.")
    elif revision.is_sent_back:
        text = _("Sent back by %(who)s on %(when)s: %(why)s")
    elif revision.state == PublicationState.WITHDRAWN:
        text = _("Withdrawn by %(who)s on %(when)s: %(why)s")
    else:
        return ""
    change = revision.change_set
    return text % {
        "who": change.made_by_name or _("a command"),
        "when": date_format(localtime(change.made_at), "DATETIME_FORMAT"),
        "why": change.reason,
    }


@dataclass(frozen=True)
class SendBack:
    """The reason for sending a record back, as a sentence, and the labels of fields changed since then."""

    text: str
    changed: list[str]
    is_in_review: bool

    @property
    def is_answered(self) -> bool:
        """True if the record was changed and resubmitted. The reviewer decides whether the change is sufficient."""
        return self.is_in_review and bool(self.changed)


def last_send_back(record: Record) -> SendBack | None:
    """Returns an unpublished record's last SendBack, unless it was published since then. Runs two queries."""
    if record.state not in (PublicationState.DRAFT, PublicationState.IN_REVIEW):
        return None
    revisions = Revision.objects.of(record)
    decisions = revisions.with_send_backs().exclude(change_set__reason="").select_related("change_set")
    # Edits during review may also have a reason, so revisions where the record stays in review are excluded.
    left_review = decisions.filter(state_before=PublicationState.IN_REVIEW).exclude(
        state=PublicationState.IN_REVIEW
    )
    last = next(iter(left_review[:1]), None)
    if last is None or not last.is_sent_back:
        return None
    later = revisions.filter(pk__gt=last.pk).order_by("pk").values_list("state", "changes")
    if any(state == PublicationState.PUBLISHED for state, _changes in later):
        return None
    changes = reduce(delta.compose, (changes for _state, changes in later), {})
    labels = [field_label(type(record), name) for name in changes if name != "state"]
    return SendBack(format_transition(last), labels, record.state == PublicationState.IN_REVIEW)
