"""The form on which it is chosen what to do to many records."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.permissions.object_permissions import ObjectPermissions, object_permissions
from sco_cities.curation.review.transitions import TRANSITIONS, Actor
from sco_cities.i18n.punctuation import comma_list

from .editable_fields import BulkEdit, editable_columns, editable_lists

SET, EMPTY, ADD, REMOVE = "set", "empty", "add", "remove"


class BulkEditForm(forms.Form):
    """For each field what to set, to empty, to add or to remove; what is left blank stays as it is."""

    move = forms.ChoiceField(label=gettext_lazy("Publication state"), required=False)
    evidence_stands = forms.BooleanField(
        label=gettext_lazy("The existing evidence also supports the new values"),
        required=False,
        help_text=gettext_lazy(
            "Without this tick, published records are not changed if the edit affects a field that "
            "needs its own evidence, such as status."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason (for the history)"),
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": gettext_lazy("Enter a short reason for the change.")},
    )

    def __init__(self, model_admin, request, data=None):
        super().__init__(data)
        self.model = model_admin.model
        rights = object_permissions(request)
        self.fields["move"].choices = [("", _("leave unchanged")), *_available_states(rights)]
        own = {}
        for column in editable_columns(self.model):
            own |= self._column_fields(model_admin, request, column)
        for relation in editable_lists(self.model):
            for deed, label in ((ADD, _("Add to %(list)s")), (REMOVE, _("Remove from %(list)s"))):
                chosen = model_admin.formfield_for_manytomany(relation, request, required=False)
                chosen.help_text = ""
                own[f"{deed}_{relation.name}"] = _labelled(chosen, label % {"list": relation.verbose_name})
        self.fields = own | self.fields

    @staticmethod
    def _column_fields(model_admin, request, column) -> dict[str, forms.Field]:
        name, label = column.name, capfirst(column.verbose_name)
        if column.choices:
            choices = [("", _("leave unchanged")), *column.flatchoices]
            return {f"{SET}_{name}": forms.ChoiceField(label=label, required=False, choices=choices)}
        if not column.many_to_one:
            return {f"{SET}_{name}": _labelled(column.formfield(required=False), label)}
        chosen = model_admin.formfield_for_foreignkey(column, request, required=False)
        chosen.help_text = ""
        fields = {f"{SET}_{name}": _labelled(chosen, label)}
        if column.null:
            emptied = _("Clear: %(field)s") % {"field": column.verbose_name}
            fields[f"{EMPTY}_{name}"] = forms.BooleanField(label=emptied, required=False)
        return fields

    def clean(self):
        cleaned = super().clean()
        for column in editable_columns(self.model):
            emptied = f"{EMPTY}_{column.name}"
            if cleaned.get(emptied) and cleaned.get(f"{SET}_{column.name}"):
                self.add_error(emptied, _("Choose a value or clear the field, not both."))
        for relation in editable_lists(self.model):
            added, removed = (set(cleaned.get(f"{deed}_{relation.name}") or ()) for deed in (ADD, REMOVE))
            if both := added & removed:
                said = _("Selected both to add and to remove: %(records)s. Keep only one of the two.") % {
                    "records": comma_list(sorted(map(str, both)))
                }
                self.add_error(f"{REMOVE}_{relation.name}", said)
        if not self.errors and self.edit().is_empty:
            raise forms.ValidationError(_("Select at least one change."))
        return cleaned

    def edit(self) -> BulkEdit:
        """What was chosen."""
        chosen = self.cleaned_data
        columns = {}
        for column in editable_columns(self.model):
            if chosen.get(f"{EMPTY}_{column.name}"):
                columns[column.name] = None
            elif value := chosen.get(f"{SET}_{column.name}"):
                columns[column.name] = value
        return BulkEdit(
            columns=columns,
            added=self._lists(ADD),
            removed=self._lists(REMOVE),
            move=TRANSITIONS.get(chosen.get("move", "")),
            evidence_stands=chosen.get("evidence_stands", False),
        )

    def _lists(self, deed: str) -> dict[str, list]:
        chosen = {
            each.name: self.cleaned_data.get(f"{deed}_{each.name}") for each in editable_lists(self.model)
        }
        return {name: list(records) for name, records in chosen.items() if records}


def _labelled(field: forms.Field, label: str) -> forms.Field:
    field.label = label
    return field


def _available_states(rights: ObjectPermissions) -> list[tuple[str, str]]:
    """The moves that the account can make with some record."""
    return [
        (name, move.label)
        for name, move in TRANSITIONS.items()
        if rights.reviews or not set(move.origins.values()) <= {Actor.REVIEWERS}
    ]
