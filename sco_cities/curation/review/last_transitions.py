"""The last step that records took between states: who sent them to review or back, when and why."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Max, OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.models import Action, Revision
from sco_cities.sources.base_models import PublicationState, Record


def last_transitions(model: type[Record], keys: Collection[int]) -> dict[int, Revision]:
    """By primary key, the revision that brought a record into its state, with its `maker`; one question for all."""
    moved = (
        Revision.objects.filter(
            pk_in(keys, "object_id"), content_type=ContentType.objects.get_for_model(model)
        )
        .exclude(state=F("state_before"))
        .order_by()
    )
    newest = moved.values("object_id").annotate(newest=Max("pk")).values("newest")
    creation = Revision.objects.filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), action=Action.CREATED
    )
    maker = Subquery(creation.order_by("-pk").values("change_set__made_by")[:1])
    steps = Revision.objects.filter(pk__in=newest).select_related("change_set").order_by()
    return {step.object_id: step for step in steps.annotate(maker=maker)}


def was_sent_back(step: Revision | None) -> bool:
    """Whether a step was that of a reviewer who wants something mended: makers take back what is theirs."""
    if step is None or (step.state_before, step.state) != (
        PublicationState.IN_REVIEW,
        PublicationState.DRAFT,
    ):
        return False
    made = step.change_set
    return bool(made.reason) and (made.made_by_id is None or made.made_by_id != step.maker)


def format_transition(step: Revision | None) -> str:
    """What a step means for whoever works on the record next; nothing of steps that need no words."""
    if step is None:
        return ""
    if step.state == PublicationState.IN_REVIEW:
        text = _("Sent for review by %(who)s on %(when)s.")
    elif was_sent_back(step):
        text = _("Sent back by %(who)s on %(when)s: %(why)s")
    elif step.state == PublicationState.WITHDRAWN:
        text = _("Withdrawn by %(who)s on %(when)s: %(why)s")
    else:
        return ""
    made = step.change_set
    return text % {
        "who": made.made_by_name or _("a command"),
        "when": date_format(localtime(made.made_at), "DATETIME_FORMAT"),
        "why": made.reason,
    }
