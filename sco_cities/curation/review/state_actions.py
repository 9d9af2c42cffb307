"""Admin actions that change the publication state of many records (workflow transitions)."""

from collections.abc import Mapping

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from sco_cities.changes.preview import hidden_fields
from sco_cities.curation.admin.messages import count_label, record_list, refusal_list
from sco_cities.history.models import ChangeSource

from .record_edits import BulkEdit, BulkEditSummary, BulkEditValidator, apply
from .transitions import TRANSITIONS, Actor, Transition

# Maximum number of records listed on the page.
MAX_SHOWN = 20


class ReasonForm(forms.Form):
    """The reason for a transition, which is stored in the history."""

    reason = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, name: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field, transition = self.fields["reason"], TRANSITIONS[name]
        field.label, field.help_text = transition.reason_label, transition.reason_help
        field.error_messages["required"] = _("Enter a reason for the next person who works on the record.")


def require_reason(model_admin, request, queryset, name: str) -> tuple[TemplateResponse | None, str]:
    """Returns (None, reason) if a valid reason was submitted, otherwise (the page that asks for it, "")."""
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


def transition_records(
    request, versions: Mapping[ModelAdmin, Mapping[int, int | None]], transition: Transition, reason: str = ""
) -> BulkEditSummary:
    """Applies `transition` to the records that allow it, as one change in the history.

    `versions` maps keys to the versions that the user has seen, or None for any version. It contains at least one
    record.
    """
    edit = BulkEdit(transition=transition)
    validated = {
        BulkEditValidator(model_admin, request, edit, seen): list(seen)
        for model_admin, seen in versions.items()
    }
    return apply(validated, user=request.user, reason=reason, source=ChangeSource.REVIEW)


def report_outcome(request, transition: Transition, outcome: BulkEditSummary) -> None:
    """Adds messages about the outcome of a transition."""
    if outcome.changed:
        text = _("%(records)s: now “%(state)s”.")
        heading = text % {"records": count_label(outcome.changed), "state": transition.target.label}
        names = record_list(outcome.changed_records, more=outcome.changed - len(outcome.changed_records))
        messages.success(request, format_html("{}{}", heading, names))
    if outcome.unchanged:
        text = _("%(records)s: already “%(state)s”, so nothing was changed.")
        messages.info(
            request, text % {"records": count_label(outcome.unchanged), "state": transition.target.label}
        )
    if outcome.deleted:
        text = _("%(records)s: deleted after you opened the page, so nothing was changed.")
        messages.error(request, text % {"records": count_label(outcome.deleted)})
    if outcome.refused:
        text = _("Could not set %(records)s to “%(state)s”:")
        heading = text % {"records": count_label(outcome.refused), "state": transition.target.label}
        reasons = refusal_list(outcome.refusals, more=outcome.more_refused)
        messages.error(request, format_html("{}{}", heading, reasons))


def _transition_selected(model_admin, request, queryset, name: str):
    """Applies a transition to `queryset`. If a required reason is missing, returns the page that asks for it."""
    transition, reason = TRANSITIONS[name], ""
    if transition.requires_reason:
        page, reason = require_reason(model_admin, request, queryset, name)
        if page is not None:
            return page
    selected = dict.fromkeys(queryset.order_by().values_list("pk", flat=True))
    outcome = transition_records(request, {model_admin: selected}, transition, reason)
    report_outcome(request, transition, outcome)
    return None


def _action(name: str):
    """Returns the admin action for a transition. Forms submit its name as the action."""
    transition = TRANSITIONS[name]
    permission = "review" if {*transition.origins.values()} == {Actor.REVIEWERS} else "change"

    @admin.action(description=transition.label, permissions=[permission])
    def act(model_admin, request, queryset):
        return _transition_selected(model_admin, request, queryset, name)

    act.__name__ = name
    return act


STATE_ACTIONS = tuple(map(_action, TRANSITIONS))
