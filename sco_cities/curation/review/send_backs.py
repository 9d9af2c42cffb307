"""The reason for which a reviewer sent a record back, in sight until it is answered."""

from dataclasses import dataclass
from functools import reduce

from sco_cities.history import delta
from sco_cities.history.diff_display import field_label
from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState, Record

from .last_transitions import format_transition


@dataclass(frozen=True)
class SendBack:
    """Why a record was sent back, as a sentence, and the labels of the fields that have changed since."""

    text: str
    changed: list[str]
    is_in_review: bool

    @property
    def is_answered(self) -> bool:
        """Whether the record was changed and sent again; whether that is enough is for the reviewer to say."""
        return self.is_in_review and bool(self.changed)


def last_send_back(record: Record) -> SendBack | None:
    """The last time that an unpublished record was sent back, unless it has been published since; two queries."""
    if record.state not in (PublicationState.DRAFT, PublicationState.IN_REVIEW):
        return None
    revisions = Revision.objects.of(record)
    decisions = revisions.with_send_backs().exclude(change_set__reason="").select_related("change_set")
    # An edit in review may have a reason too.
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
