"""The form of a bulk edit."""

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.autocomplete import related_fields
from sco_cities.changes.changed_values import CONFIRMATION_LABEL
from sco_cities.changes.reason_field import ReasonField
from sco_cities.core.fields import LanguageField
from sco_cities.curation.permissions.object_permissions import ObjectPermissions, object_permissions
from sco_cities.curation.review.record_edits import BulkEdit
from sco_cities.curation.review.transitions import TRANSITIONS, Actor
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import Record


def editable_columns(model: type[Record]) -> list[models.Field]:
    """Returns the foreign keys and the columns with choices. The state is left out, as it has a separate form field."""
    return [
        column
        for column in model._meta.concrete_fields
        if column.editable
        and column.name != "state"
        and (column.choices or column.many_to_one or isinstance(column, LanguageField))
    ]


def editable_lists(model: type[Record]) -> list[models.ManyToManyField]:
    """Returns the many-to-many fields that refer to other records."""
    return [each for each in related_fields(model) if each.many_to_many]


# Prefixes of form field names.
SET, CLEAR, ADD, REMOVE = "set", "empty", "add", "remove"


class BulkEditForm(forms.Form):
    """A form with the values to set, clear, add or remove, by editable field. Blank fields change nothing."""

    move = forms.ChoiceField(label=gettext_lazy("Publication state"), required=False)
    evidence_stands = forms.BooleanField(
        label=CONFIRMATION_LABEL,
        required=False,
        help_text=gettext_lazy(
            "If this box is not ticked, published records are not changed if the edit affects a field that needs "
            "its own evidence, such as status."
        ),
    )
    reason = ReasonField(
        label=gettext_lazy("Reason (for the history)"),
        error_messages={"required": gettext_lazy("Enter a short reason for the change.")},
    )

    def __init__(self, model_admin, request, data=None):
        super().__init__(data)
        self.model = model_admin.model
        permissions = object_permissions(request)
        self.fields["move"].choices = [("", _("leave unchanged")), *_transition_choices(permissions)]
        edit_fields = {}
        for column in editable_columns(self.model):
            edit_fields |= self._column_fields(model_admin, request, column)
        for relation in editable_lists(self.model):
            for operation, label in ((ADD, _("Add to %(list)s")), (REMOVE, _("Remove from %(list)s"))):
                field = model_admin.formfield_for_manytomany(relation, request, required=False)
                field.help_text = ""
                edit_fields[f"{operation}_{relation.name}"] = _with_label(
                    field, label % {"list": relation.verbose_name}
                )
        self.fields = edit_fields | self.fields

    @staticmethod
    def _column_fields(model_admin, request, column) -> dict[str, forms.Field]:
        name, label = column.name, capfirst(column.verbose_name)
        if column.choices:
            choices = [("", _("leave unchanged")), *column.flatchoices]
            return {f"{SET}_{name}": forms.ChoiceField(label=label, required=False, choices=choices)}
        if not column.many_to_one:
            return {f"{SET}_{name}": _with_label(column.formfield(required=False), label)}
        field = model_admin.formfield_for_foreignkey(column, request, required=False)
        field.help_text = ""
        fields = {f"{SET}_{name}": _with_label(field, label)}
        if column.null:
            clear_label = _("Clear: %(field)s") % {"field": column.verbose_name}
            fields[f"{CLEAR}_{name}"] = forms.BooleanField(label=clear_label, required=False)
        return fields

    def clean(self):
        cleaned = super().clean()
        for column in editable_columns(self.model):
            clear_field = f"{CLEAR}_{column.name}"
            if cleaned.get(clear_field) and cleaned.get(f"{SET}_{column.name}"):
                self.add_error(clear_field, _("Choose a value or clear the field, not both."))
        for relation in editable_lists(self.model):
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
        """Returns the requested changes. The form must be valid."""
        data = self.cleaned_data
        columns = {}
        for column in editable_columns(self.model):
            if data.get(f"{CLEAR}_{column.name}"):
                columns[column.name] = None
            elif value := data.get(f"{SET}_{column.name}"):
                columns[column.name] = value
        return BulkEdit(
            columns=columns,
            added=self._list_changes(ADD),
            removed=self._list_changes(REMOVE),
            transition=TRANSITIONS.get(data.get("move", "")),
            evidence_confirmed=data.get("evidence_stands", False),
        )

    def _list_changes(self, operation: str) -> dict[str, list]:
        lists = {
            each.name: self.cleaned_data.get(f"{operation}_{each.name}")
            for each in editable_lists(self.model)
        }
        return {name: list(records) for name, records in lists.items() if records}


def _with_label(field: forms.Field, label: str) -> forms.Field:
    field.label = label
    return field


def _transition_choices(permissions: ObjectPermissions) -> list[tuple[str, str]]:
    """Returns the transitions that the account may apply to at least some records."""
    return [
        (name, transition.label)
        for name, transition in TRANSITIONS.items()
        if permissions.can_review or not set(transition.origins.values()) <= {Actor.REVIEWERS}
    ]
