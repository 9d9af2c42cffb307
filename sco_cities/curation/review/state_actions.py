"""Admin actions that change the publication state of many records (workflow transitions)."""

from collections import defaultdict
from dataclasses import dataclass, field

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.messages import count_label, refusal_list
from sco_cities.curation.admin.preview_token import hidden_fields
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.db.pk_filter import batches, pk_in
from sco_cities.history.locking import KeysByModel, lock_all
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import record_changes
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.evidence_coverage import cited_reports
from sco_cities.sources.models import Report

from .transitions import TRANSITIONS, Actor, Transition, can_transition

# The page lists at most so many records.
MAX_SHOWN = 20

# The label and the help text by transition. Readers never see why a record was sent back.
REASON_TEXTS = {
    "send_back": (gettext_lazy("What needs to be corrected?"), ""),
    "withdraw": (
        gettext_lazy("Why is the record withdrawn?"),
        gettext_lazy(
            "Readers no longer see the record; its address answers that it was withdrawn. Once it is "
            "published again, they see this reason in its history. Pages of earlier days and releases that exist keep "
            "the record, and feeds keep its slug: delete the record if personal data has to go."
        ),
    ),
}


class ReasonForm(forms.Form):
    """The reason for a transition; it is stored in the history."""

    reason = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, name: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = REASON_TEXTS[name]
        field.error_messages["required"] = _(
            "Enter a reason: the next person who works on the record needs to know it."
        )


def require_reason(model_admin, request, queryset, name: str) -> tuple[TemplateResponse | None, str]:
    """(None, reason) if a valid reason was submitted, else (the page with its field, "")."""
    form = ReasonForm(name, request.POST if "reason" in request.POST else None)
    if form.is_valid():
        return None, form.cleaned_data["reason"]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": TRANSITIONS[name].label,
        "opts": model_admin.opts,
        "form": form,
        "records": queryset[:MAX_SHOWN],
        "more": max(queryset.count() - MAX_SHOWN, 0),
        "hidden_fields": [*hidden_fields(request, name), ("versions", request.POST.get("versions", ""))],
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/curation/review/reason.html", context), ""


BATCH = 500
# A message lists at most so many refused records, then the number of others.
MAX_NAMED = 50


@dataclass
class TransitionOutcome:
    """The outcome of a transition: numbers of changed and unchanged records, and refused records with reasons."""

    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[Record, str]] = field(default_factory=list)


def transition_records(
    model_admin, request, keys: list[int], transition: Transition, reason: str = ""
) -> TransitionOutcome:
    """Applies `transition` to the records that allow it, as one change in the history."""
    outcome = TransitionOutcome()
    with record_changes(ChangeSource.REVIEW, user=request.user, reason=reason) as recorder:
        # Between the check and the write, no other curator removes evidence or withdraws the reports that it cites.
        locked: KeysByModel = defaultdict(set, {model_admin.model: set(keys)})
        if transition.target == PublicationState.PUBLISHED:
            locked[Report] |= cited_reports(model_admin.model, keys)
        lock_all(locked)
        for batch in batches(keys, BATCH):
            records = list(model_admin.get_queryset(request).filter(pk_in(batch)))
            changing = [record for record in records if record.state != transition.target]
            reasons = _transition_errors(model_admin, request, changing, transition)
            allowed = [record for record in changing if record.pk not in reasons]
            recorder.watch(model_admin.model, [record.pk for record in allowed])
            _write(model_admin, request, allowed, transition.target)
            recorder.write()
            outcome.refused += [(record, reasons[record.pk]) for record in changing if record.pk in reasons]
            outcome.changed += len(allowed)
            outcome.unchanged += len(records) - len(changing)
    return outcome


def _transition_errors(model_admin, request, records: list[Record], transition: Transition) -> dict[int, str]:
    """By primary key, why the transition of a record is refused."""
    permissions = object_permissions(request)
    if not permissions.can_review:
        permissions.load_ownership(records)
    not_allowed = {
        record.pk: _("not allowed from “%(state)s”") % {"state": record.get_state_display()}
        for record in records
        if not can_transition(permissions, transition, record)
    }
    others = [record for record in records if record.pk not in not_allowed]
    return not_allowed | model_admin.transition_errors(others, transition.target)


def _write(model_admin, request, records: list[Record], state: PublicationState) -> None:
    """Sets the state of `records` and adds entries to Django's admin log."""
    keys = [record.pk for record in records]
    model_admin.model._base_manager.filter(pk__in=keys).update(state=state, updated_at=timezone.now())
    if records:
        name = str(capfirst(model_admin.model._meta.get_field("state").verbose_name))
        changed = [{"changed": {"fields": [name]}}]
        LogEntry.objects.log_actions(request.user.pk, records, CHANGE, change_message=changed)


def report_outcome(request, transition: Transition, outcome: TransitionOutcome) -> None:
    """Adds messages about the outcome of a transition."""
    if outcome.changed:
        text = _("%(records)s: now “%(state)s”.")
        messages.success(
            request, text % {"records": count_label(outcome.changed), "state": transition.target.label}
        )
    if outcome.unchanged:
        text = _("%(records)s: already “%(state)s”; not changed.")
        messages.info(
            request, text % {"records": count_label(outcome.unchanged), "state": transition.target.label}
        )
    if outcome.refused:
        text = _("Could not set %(records)s to “%(state)s”:")
        heading = text % {"records": count_label(len(outcome.refused)), "state": transition.target.label}
        reasons = refusal_list(outcome.refused[:MAX_NAMED], more=len(outcome.refused) - MAX_NAMED)
        messages.error(request, format_html("{}{}", heading, reasons))


def _transition_selected(model_admin, request, queryset, name: str):
    """Applies a transition to `queryset`; returns the page that asks for a reason if one is required and missing."""
    transition, reason = TRANSITIONS[name], ""
    if transition.requires_reason:
        page, reason = require_reason(model_admin, request, queryset, name)
        if page is not None:
            return page
    keys = list(queryset.order_by().values_list("pk", flat=True))
    report_outcome(request, transition, transition_records(model_admin, request, keys, transition, reason))
    return None


def _action(name: str):
    """The admin action of a transition; its name is the posted action."""
    transition = TRANSITIONS[name]
    permission = "review" if {*transition.origins.values()} == {Actor.REVIEWERS} else "change"

    @admin.action(description=transition.label, permissions=[permission])
    def act(model_admin, request, queryset):
        return _transition_selected(model_admin, request, queryset, name)

    act.__name__ = name
    return act


STATE_ACTIONS = tuple(map(_action, TRANSITIONS))
