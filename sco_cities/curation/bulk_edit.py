"""The admin action "Edit selected …". The action sets, clears, adds or removes the same values in many records."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.admin_framework.autocomplete import related_fields
from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.admin_framework.site import exceeds_limit
from sco_cities.changes.changed_values import CONFIRMATION_LABEL
from sco_cities.changes.preview import Preview, ReasonField, hidden_fields
from sco_cities.core.exceptions import Refused
from sco_cities.core.fields import LanguageField
from sco_cities.curation.admin.messages import add_record_message, refusal_list
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.curation.review import record_edits
from sco_cities.curation.review.record_edits import BulkEdit, BulkEditSummary, BulkEditValidator, apply
from sco_cities.curation.review.transitions import TRANSITIONS, Actor
from sco_cities.db.pk_queries import batches
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.querysets import RecordQuerySet

# Prefixes of form field names.
SET, CLEAR, ADD, REMOVE = "set", "empty", "add", "remove"
PREVIEW, APPLY = "_preview", "_apply"


class BulkEditForm(forms.Form):
    """A form with the values to set, clear, add or remove, by editable field. Blank fields change nothing."""

    move = forms.ChoiceField(label=gettext_lazy("Publication state"), required=False)
    evidence_stands = forms.BooleanField(
        label=CONFIRMATION_LABEL,
        required=False,
        help_text=gettext_lazy(
            "If this box is not ticked, published records are skipped when the edit affects a field that "
            "needs separate evidence, such as status."
        ),
    )
    reason = ReasonField(
        label=gettext_lazy("Reason (for the history)"),
        error_messages={"required": gettext_lazy("Enter a short reason for the change.")},
    )

    def __init__(self, model_admin, request, data=None):
        super().__init__(data)
        # Foreign keys and columns with choices, except the state, which has a separate form field.
        self.columns = [
            column
            for column in model_admin.model._meta.concrete_fields
            if column.editable
            and column.name != "state"
            and (column.choices or column.many_to_one or isinstance(column, LanguageField))
        ]
        # Many-to-many fields that refer to other records.
        self.lists = [each for each in related_fields(model_admin.model) if each.many_to_many]
        # Offers only transitions that the account may apply to at least one of the records.
        can_review = object_permissions(request).can_review
        self.fields["move"].choices = [
            ("", _("leave unchanged")),
            *(
                (name, transition.label)
                for name, transition in TRANSITIONS.items()
                if can_review or not set(transition.origins.values()) <= {Actor.REVIEWERS}
            ),
        ]
        edit_fields = {}
        for column in self.columns:
            edit_fields |= self._column_fields(model_admin, request, column)
        for relation in self.lists:
            for operation, label in ((ADD, _("Add to %(list)s")), (REMOVE, _("Remove from %(list)s"))):
                field = model_admin.formfield_for_manytomany(relation, request, required=False)
                field.help_text, field.label = "", label % {"list": relation.verbose_name}
                edit_fields[f"{operation}_{relation.name}"] = field
        self.fields = edit_fields | self.fields

    @staticmethod
    def _column_fields(model_admin, request, column) -> dict[str, forms.Field]:
        name, label = column.name, capfirst(column.verbose_name)
        if column.choices:
            choices = [("", _("leave unchanged")), *column.flatchoices]
            return {f"{SET}_{name}": forms.ChoiceField(label=label, required=False, choices=choices)}
        if not column.many_to_one:
            return {f"{SET}_{name}": column.formfield(required=False, label=label)}
        field = model_admin.formfield_for_foreignkey(column, request, required=False)
        field.help_text, field.label = "", label
        fields = {f"{SET}_{name}": field}
        if column.null:
            clear_label = _("Clear: %(field)s") % {"field": column.verbose_name}
            fields[f"{CLEAR}_{name}"] = forms.BooleanField(label=clear_label, required=False)
        return fields

    def clean(self):
        cleaned = super().clean()
        for column in self.columns:
            clear_field = f"{CLEAR}_{column.name}"
            if cleaned.get(clear_field) and cleaned.get(f"{SET}_{column.name}"):
                self.add_error(clear_field, _("Choose a value or clear the field, not both."))
        for relation in self.lists:
            added, removed = (
                set(cleaned.get(f"{operation}_{relation.name}") or ()) for operation in (ADD, REMOVE)
            )
            if both := added & removed:
                message = _(
                    "These records are selected both to add and to remove: %(records)s. Choose only one of the two."
                ) % {"records": comma_list(sorted(map(str, both)))}
                self.add_error(f"{REMOVE}_{relation.name}", message)
        if not self.errors and self.edit().is_empty:
            raise forms.ValidationError(_("Select at least one change."))
        return cleaned

    def edit(self) -> BulkEdit:
        """Returns the changes requested in a valid form."""
        data = self.cleaned_data
        columns = {}
        for column in self.columns:
            if data.get(f"{CLEAR}_{column.name}"):
                columns[column.name] = None
            elif value := data.get(f"{SET}_{column.name}"):
                columns[column.name] = value
        added, removed = (
            {
                each.name: list(records)
                for each in self.lists
                if (records := data.get(f"{operation}_{each.name}"))
            }
            for operation in (ADD, REMOVE)
        )
        transition = TRANSITIONS.get(data.get("move", ""))
        return BulkEdit(columns, added, removed, transition, data.get("evidence_stands", False))


@admin.action(description=gettext_lazy("Edit selected …"), permissions=["change"])
def edit_many(model_admin, request: HttpRequest, queryset: RecordQuerySet) -> HttpResponse | None:
    """Previews an edit to all selected records, then applies it."""
    keys = list(queryset.order_by("slug").values_list("pk", flat=True))
    if exceeds_limit(request, len(keys)):
        return None
    is_submitted = not {PREVIEW, APPLY}.isdisjoint(request.POST)
    form = BulkEditForm(model_admin, request, request.POST if is_submitted else None)
    preview, summary = Preview(request, (PREVIEW, APPLY)), None
    if is_submitted and form.is_valid():
        validator = BulkEditValidator(model_admin, request, form.edit())
        if APPLY in request.POST:
            reason = form.cleaned_data["reason"]
            try:
                outcome = apply({validator: keys}, user=request.user, reason=reason, posted_preview=preview)
            except Refused as refused:
                messages.warning(request, str(refused))
            else:
                text = _("%(records)s: changed.")
                add_record_message(request, messages.SUCCESS, text, outcome.changed)
                text = _("%(records)s: these values were already set, so nothing was changed.")
                add_record_message(request, messages.INFO, text, outcome.unchanged)
                text, reasons = _("%(records)s not changed:"), _refusals(outcome)
                add_record_message(request, messages.ERROR, text, outcome.refused, reasons)
                return None
        summary = BulkEditSummary(validator.edit)
        for batch in batches(keys, record_edits.BATCH):
            summary.add(validator.validate(validator.records(batch)))
    return render_admin_page(
        request,
        "admin/curation/bulk_edit/edit.html",
        ngettext("Edit %d record", "Edit %d records", len(keys)) % len(keys),
        opts=model_admin.opts,
        form=form,
        summary=summary,
        fingerprint=preview.fingerprint(summary.outcome) if summary else "",
        refusal_list=_refusals(summary) if summary else "",
        hidden_fields=hidden_fields(request, "edit_many"),
        media=model_admin.media + form.media,
    )


def _refusals(summary: BulkEditSummary) -> str:
    return refusal_list(summary.refusals, more=summary.more_refused)
