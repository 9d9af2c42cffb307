"""The last workflow transition of records: who sent them to review or back, when and why."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.models import SENT_BACK, Action, Revision
from sco_cities.sources.base_models import PublicationState, Record


def last_transitions(model: type[Record], keys: Collection[int]) -> dict[int, Revision]:
    """By primary key, the revision that set the current state of a record, annotated with the record's `creator`.

    One query for all records.
    """
    changes = (
        Revision.objects.filter(
            pk_in(keys, "object_id"), content_type=ContentType.objects.get_for_model(model)
        )
        .exclude(state=F("state_before"))
        .order_by()
    )
    newest = changes.values("object_id").annotate(newest=Max("pk")).values("newest")
    revisions = Revision.objects.filter(pk__in=newest).select_related("change_set").order_by()
    return {revision.object_id: revision for revision in with_creator(revisions)}


def _of_same_record() -> QuerySet[Revision]:
    """In a subquery, the revisions of the record of the outer revision."""
    return Revision.objects.filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))


def with_creator(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Revisions annotated with the account that created their record, as `creator`."""
    creations = _of_same_record().filter(action=Action.CREATED)
    return revisions.annotate(creator=Subquery(creations.order_by("-pk").values("change_set__made_by")[:1]))


def sent_back_to(user) -> QuerySet[Revision]:
    """The revisions that sent records of `user` back, where that is still the last transition of the record.

    The same as `was_sent_back` in one query, which reads the index of the revisions that sent a record back.
    """
    created = _of_same_record().filter(action=Action.CREATED, change_set__made_by=user.pk)
    later = _of_same_record().filter(pk__gt=OuterRef("pk")).exclude(state=F("state_before"))
    by_others = Q(change_set__made_by=None) | ~Q(change_set__made_by=F("creator"))
    return (
        with_creator(Revision.objects.filter(SENT_BACK).exclude(change_set__reason=""))
        .filter(by_others, Exists(created), ~Exists(later))
        .order_by("pk")
    )


def was_sent_back(revision: Revision | None) -> bool:
    """Whether a reviewer sent the record back; its creator may return it to draft too."""
    if revision is None or (revision.state_before, revision.state) != (
        PublicationState.IN_REVIEW,
        PublicationState.DRAFT,
    ):
        return False
    change = revision.change_set
    return bool(change.reason) and (change.made_by_id is None or change.made_by_id != revision.creator)


def format_transition(revision: Revision | None) -> str:
    """A sentence about the last transition; "" for transitions that need no explanation."""
    if revision is None:
        return ""
    if revision.state == PublicationState.IN_REVIEW:
        text = _("Sent for review by %(who)s on %(when)s.")
    elif was_sent_back(revision):
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
