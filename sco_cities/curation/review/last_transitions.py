"""The last workflow transition of each record, with account, time and reason."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sco_cities.db.pk_queries import pk_in
from sco_cities.history import delta
from sco_cities.history.diff_display import field_label
from sco_cities.history.models import SENT_BACK, Action, Revision
from sco_cities.sources.base_models import PublicationState, Record


def last_transitions(model: type[Record], keys: Collection[int]) -> dict[int, Revision]:
    """Returns the revision that set the current state of each record, by primary key. Runs one query.

    The revisions are annotated by `with_send_backs`.
    """
    changes = (
        Revision.objects.filter(
            pk_in(keys, "object_id"), content_type=ContentType.objects.get_for_model(model)
        )
        .exclude(state=F("state_before"))
        .order_by()
    )
    newest = changes.values("object_id").annotate(newest=Max("pk")).values("newest")
    revisions = Revision.objects.filter(pk__in=newest).with_send_backs().select_related("change_set")
    return {revision.object_id: revision for revision in revisions.order_by()}


def _of_same_record() -> QuerySet[Revision]:
    """Returns the revisions of the same record as the outer revision, for a subquery."""
    return Revision.objects.filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))


def sent_back_to(user) -> QuerySet[Revision]:
    """Returns revisions that sent back a record created by `user` and are still its last transition.

    Runs one query, which uses the index of revisions that sent a record back.
    """
    created = _of_same_record().filter(action=Action.CREATED, change_set__made_by=user.pk)
    later = _of_same_record().filter(pk__gt=OuterRef("pk")).exclude(state=F("state_before"))
    sent_back = Revision.objects.filter(SENT_BACK).with_send_backs().filter(is_sent_back=True)
    return sent_back.filter(Exists(created), ~Exists(later)).order_by("pk")


def format_transition(revision: Revision | None) -> str:
    """Describes the last transition in a sentence. "" if the transition needs no explanation."""
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
    """The reason why a record was sent back, as a sentence, and the labels of fields that have changed since."""

    text: str
    changed: list[str]
    is_in_review: bool

    @property
    def is_answered(self) -> bool:
        """True if the record was changed and sent again. Whether the change is sufficient is up to the reviewer."""
        return self.is_in_review and bool(self.changed)


def last_send_back(record: Record) -> SendBack | None:
    """Returns the last time an unpublished record was sent back, unless published since. Runs two queries."""
    if record.state not in (PublicationState.DRAFT, PublicationState.IN_REVIEW):
        return None
    revisions = Revision.objects.of(record)
    decisions = revisions.with_send_backs().exclude(change_set__reason="").select_related("change_set")
    # Edits during review may have a reason too, so revisions that stay in review are excluded.
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
