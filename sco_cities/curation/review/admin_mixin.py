"""The admin mixin for the publication workflow, and its actions for many records."""

from collections.abc import Mapping

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.changes.preview import hidden_fields
from sco_cities.curation.admin.messages import add_record_message, record_list, refusal_list
from sco_cities.curation.evidence.forms import CONFIRMATION
from sco_cities.curation.permissions.object_permissions import (
    ObjectPermissions,
    object_permissions,
    stored_state,
)
from sco_cities.history.models import ChangeSource, Revision
from sco_cities.history.versions import UNPUBLISHED
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import PublicationState, Record

from .record_edits import BulkEdit, BulkEditSummary, BulkEditValidator, apply
from .transitions import (
    TRANSITIONS,
    Actor,
    Transition,
    available_states,
    available_transitions,
    format_transition,
    last_send_back,
    last_transitions,
)

# Maximum number of records listed on the page.
MAX_SHOWN = 20


class ReasonForm(forms.Form):
    """A form for a transition's reason, which is stored in the history."""

    reason = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, name: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field, transition = self.fields["reason"], TRANSITIONS[name]
        field.label, field.help_text = transition.reason_label, transition.reason_help
        field.error_messages["required"] = _("Enter a reason for the next person who works on the record.")


def transition_records(
    request, versions: Mapping[ModelAdmin, Mapping[int, int | None]], transition: Transition, reason: str = ""
) -> BulkEditSummary:
    """Applies `transition` as one change to all records that allow it, and adds messages about the outcome.

    `versions` must not be empty. It maps keys to the versions shown to the user, or to None for any version.
    """
    edit = BulkEdit(transition=transition)
    validated = {
        BulkEditValidator(model_admin, request, edit, seen): list(seen)
        for model_admin, seen in versions.items()
    }
    outcome = apply(validated, user=request.user, reason=reason, source=ChangeSource.REVIEW)
    state = transition.target.label
    names = record_list(outcome.changed_records, more=outcome.changed - len(outcome.changed_records))
    reasons = refusal_list(outcome.refusals, more=outcome.more_refused)
    text = _("%(records)s: now “%(state)s”.")
    add_record_message(request, messages.SUCCESS, text, outcome.changed, names, state=state)
    text = _("%(records)s: already “%(state)s”, so nothing was changed.")
    add_record_message(request, messages.INFO, text, outcome.unchanged, state=state)
    text = _("%(records)s: deleted after you opened the page, so nothing was changed.")
    add_record_message(request, messages.ERROR, text, outcome.deleted)
    text = _("Could not set %(records)s to “%(state)s”:")
    add_record_message(request, messages.ERROR, text, outcome.refused, reasons, state=state)
    return outcome


def _action(name: str):
    """Returns the admin action for the transition `name`, which forms submit as the action."""
    transition = TRANSITIONS[name]
    permission = "review" if {*transition.origins.values()} == {Actor.REVIEWERS} else "change"

    @admin.action(description=transition.label, permissions=[permission])
    def act(model_admin, request, queryset):
        reason = ""
        if transition.requires_reason:
            form = ReasonForm(name, request.POST if "reason" in request.POST else None)
            if not form.is_valid():
                return _reason_page(model_admin, request, queryset, name, form)
            reason = form.cleaned_data["reason"]
        selected = dict.fromkeys(queryset.order_by().values_list("pk", flat=True))
        transition_records(request, {model_admin: selected}, transition, reason)
        return None

    act.__name__ = name
    return act


def _reason_page(model_admin, request, queryset, name: str, form: ReasonForm) -> HttpResponse:
    """Renders the form that requests the reason for a transition of the selected records."""
    return render_admin_page(
        request,
        "admin/curation/review/reason.html",
        TRANSITIONS[name].label,
        opts=model_admin.opts,
        form=form,
        records=queryset[:MAX_SHOWN],
        more=max(queryset.count() - MAX_SHOWN, 0),
        hidden_fields=[*hidden_fields(request, name), ("versions", request.POST.get("versions", ""))],
        media=model_admin.media,
    )


STATE_ACTIONS = tuple(map(_action, TRANSITIONS))


def state_help(permissions: ObjectPermissions, record: Record | None) -> str:
    """Returns a link to the page for transitions that require a reason, or "" if there are no such transitions."""
    if record is None:
        return ""
    transitions = available_transitions(permissions, record).values()
    labels = [transition.label for transition in transitions if transition.requires_reason]
    if not labels:
        return ""
    return format_html(
        '<a class="button" href="{}">{}</a> {}',
        reverse("admin:review_record", args=[record.collection, record.pk]),
        comma_list(labels),
        _("You enter the reason on the next page."),
    )


class ReviewWorkflowMixin:
    """A ModelAdmin that shows the publication state in its form and checks transitions."""

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record is not None:
            # The form overwrites the stored state with the submitted state, but permissions depend on the stored state.
            record.stored_state = record.state
        return record

    def has_review_permission(self, request) -> bool:
        """Returns True if the account may publish, withdraw and send back records."""
        return object_permissions(request).can_review and self.has_change_permission(request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.object_permissions = object_permissions(request)
        if state := form.base_fields.get("state"):
            states = available_states(form.object_permissions, obj or self.model())
            state.choices = [(each.value, each.label) for each in states]
            state.help_text = state_help(form.object_permissions, obj)
        return form

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), "review")

    def confirmation_fields(self, request, obj: Record | None) -> tuple[str, ...]:
        """Returns the checkbox to confirm existing evidence for changed values, if the record was ever public."""
        is_asked = obj is not None and (
            stored_state(obj) == PublicationState.PUBLISHED
            or (object_permissions(request).can_review and _was_published(obj))
        )
        return (CONFIRMATION,) if is_asked and self.has_change_permission(request, obj) else ()

    @admin.display(description=gettext_lazy("review"))
    def review(self, record: Record) -> str:
        """Renders the last transition, an unresolved reason for sending back, and a link to the review page."""
        text = format_transition(last_transitions(type(record), [record.pk]).get(record.pk))
        url = reverse(f"{self.admin_site.name}:review_record", args=[record.collection, record.pk])
        send_back = last_send_back(record)
        context = {
            "transition": text if send_back is None or send_back.text != text else "",
            "review_url": url,
            "send_back": None if send_back is None or send_back.is_answered else send_back,
        }
        return render_to_string("admin/curation/review/_form_review.html", context)

    def transition_errors(self, records: list[Record]) -> dict[int, str]:
        """Returns the reasons why records must stay published, by primary key."""
        return {}

    def title_warnings(self, records: list[Record]) -> dict[int, list[str]]:
        """Returns warnings about cities named in a record's title but not in its values, by primary key."""
        return {}


def _was_published(record: Record) -> bool:
    """Returns True if an unpublished record was published before. Runs one query per instance."""
    if not hasattr(record, "has_been_published"):
        record.has_been_published = Revision.objects.of(record).filter(UNPUBLISHED).exists()
    return record.has_been_published
