"""Moving many records between states at once, from their list."""

from collections import Counter
from dataclasses import dataclass, field

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.curation.review.reason_form import require_reason
from sco_cities.curation.review.transitions import TRANSITIONS, Transition, can_transition
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.locking import lock
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import record_changes
from sco_cities.sources.base_models import PublicationState, Record

from .messages import count_label, refusal_list

BATCH = 500
# A message names so many refused records and then says how many more there are.
MAX_NAMED = 50


@dataclass
class TransitionOutcome:
    """What came of a move: how many records were `done` or there `already`, and which were `refused` and why."""

    counts: Counter = field(default_factory=Counter)
    refused: list[tuple[Record, str]] = field(default_factory=list)


def transition_records(
    model_admin, request, keys: list[int], move: Transition, why: str = ""
) -> TransitionOutcome:
    """Makes `move` with the records unless something speaks against it; all of it is one change in the history."""
    outcome = TransitionOutcome()
    with record_changes(ChangeSource.REVIEW, user=request.user, reason=why) as recorder:
        # No curator takes evidence away between the check and the writing.
        lock(model_admin.model, keys)
        for start in range(0, len(keys), BATCH):
            records = list(model_admin.get_queryset(request).filter(pk_in(keys[start : start + BATCH])))
            moving = [record for record in records if record.state != move.to]
            reasons = _reasons_against(model_admin, request, moving, move)
            allowed = [record for record in moving if record.pk not in reasons]
            recorder.watch(model_admin.model, [record.pk for record in allowed])
            _write(model_admin, request, allowed, move.to)
            recorder.write()
            outcome.refused += [(record, reasons[record.pk]) for record in moving if record.pk in reasons]
            outcome.counts.update(done=len(allowed), already=len(records) - len(moving))
    return outcome


def _reasons_against(model_admin, request, records: list[Record], move: Transition) -> dict[int, str]:
    """By primary key, why a record cannot be moved."""
    rights = object_permissions(request)
    if not rights.reviews:
        rights.look_up(records)
    not_this_way = {
        record.pk: _("not allowed from “%(state)s”") % {"state": record.get_state_display()}
        for record in records
        if not can_transition(rights, move, record)
    }
    others = [record for record in records if record.pk not in not_this_way]
    return not_this_way | model_admin.reasons_against(others, move.to)


def _write(model_admin, request, records: list[Record], state: PublicationState) -> None:
    """Sets the state of `records` and notes it in Django's log."""
    keys = [record.pk for record in records]
    model_admin.model._base_manager.filter(pk__in=keys).update(state=state, updated_at=timezone.now())
    if records:
        name = str(capfirst(model_admin.model._meta.get_field("state").verbose_name))
        changed = [{"changed": {"fields": [name]}}]
        LogEntry.objects.log_actions(request.user.pk, records, CHANGE, change_message=changed)


def report_outcome(request, move: Transition, outcome: TransitionOutcome) -> None:
    """Says what came of a move in messages on the page that follows."""
    if done := outcome.counts["done"]:
        text = _("%(records)s: now “%(state)s”.")
        messages.success(request, text % {"records": count_label(done), "state": move.to.label})
    if already := outcome.counts["already"]:
        text = _("%(records)s: already “%(state)s”; not changed.")
        messages.info(request, text % {"records": count_label(already), "state": move.to.label})
    if outcome.refused:
        text = _("Could not set %(records)s to “%(state)s”:")
        heading = text % {"records": count_label(len(outcome.refused)), "state": move.to.label}
        reasons = refusal_list(outcome.refused[:MAX_NAMED], more=len(outcome.refused) - MAX_NAMED)
        messages.error(request, format_html("{}{}", heading, reasons))


def _transition_selected(model_admin, request, queryset, name: str):
    """Makes a move with the records of `queryset`; the page that asks why, where that has to be said first."""
    move, why = TRANSITIONS[name], ""
    if move.asks_why:
        page, why = require_reason(model_admin, request, queryset, name)
        if page is not None:
            return page
    keys = list(queryset.order_by().values_list("pk", flat=True))
    report_outcome(request, move, transition_records(model_admin, request, keys, move, why))
    return None


@admin.action(description=TRANSITIONS["publish"].label, permissions=["review"])
def publish(model_admin, request, queryset):
    """Shows the records to the readers; those with a value that nothing supports stay as they are."""
    return _transition_selected(model_admin, request, queryset, "publish")


@admin.action(description=TRANSITIONS["send_to_review"].label, permissions=["change"])
def send_to_review(model_admin, request, queryset):
    """Hands the records to a reviewer; readers no longer see them."""
    return _transition_selected(model_admin, request, queryset, "send_to_review")


@admin.action(description=TRANSITIONS["send_back"].label, permissions=["review"])
def send_back(model_admin, request, queryset):
    """Gives the records back to whoever sent them, and says why."""
    return _transition_selected(model_admin, request, queryset, "send_back")


@admin.action(description=TRANSITIONS["withdraw"].label, permissions=["review"])
def withdraw(model_admin, request, queryset):
    """Takes the records from the readers for good, and says why."""
    return _transition_selected(model_admin, request, queryset, "withdraw")


@admin.action(description=TRANSITIONS["back_to_draft"].label, permissions=["change"])
def back_to_draft(model_admin, request, queryset):
    """Takes the records back, from the readers too, to work on them."""
    return _transition_selected(model_admin, request, queryset, "back_to_draft")


STATE_ACTIONS = (publish, send_to_review, send_back, withdraw, back_to_draft)
