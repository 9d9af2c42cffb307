"""The record form asks for evidence for changed values of a published record: see `history.changed_values`."""

from collections.abc import Iterator

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.inlines import find_formset
from sco_cities.history.changed_values import (
    CONFIRMATION_LABEL,
    FIGURE_VALUE_FIELDS,
    ChangedValues,
    values_without_evidence,
)
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, PublicationState
from sco_cities.sources.models import Evidence, Figure, Stance

CONFIRMATION = "evidence_stands"


class EvidenceRequiredForm(forms.ModelForm):
    """A record's form with the confirmation checkbox, which published records show."""

    evidence_stands = forms.BooleanField(
        required=False,
        label=CONFIRMATION_LABEL,
        help_text=gettext_lazy(
            "Tick this if you change a value that needs its own evidence and the existing evidence "
            "supports the new value."
        ),
    )

    def check_changed_values(self) -> None:
        """Adds an error for values changed without evidence; call it when all formsets are valid."""
        was_published = self.initial.get("state") == PublicationState.PUBLISHED
        if not was_published or self.cleaned_data.get(CONFIRMATION):
            return
        model = type(self.instance)
        planned = ChangedValues(set(_changed_values(self)), set(_newly_supported(self)))
        if lacking := values_without_evidence(model, {self.instance.slug: planned}):
            [changed] = lacking.values()
            self.add_error(
                CONFIRMATION,
                _(
                    "Changed without evidence for the new value: %(fields)s. Add evidence from a published "
                    "report below, or tick this box if the existing evidence supports the new value."
                )
                % {"fields": evidence_coverage.field_list(model, changed)},
            )


def _changed_rows(form, model) -> Iterator:
    """The new and changed forms of the formset of `model`, without those to be deleted."""
    formset = find_formset(model, form.instance.row_formsets)
    return (
        (row for row in formset.remaining_forms() if row.has_changed()) if formset is not None else iter(())
    )


def _changed_values(form) -> Iterator[str]:
    """The keys of fields that need their own evidence and get a new value."""
    model = type(form.instance)
    for name in model.own_evidence:
        if not evidence_coverage.is_to_many(model, name):
            if name in form.changed_data and evidence_coverage.has_value(form.cleaned_data.get(name)):
                yield name
            continue
        row_model = evidence_coverage.row_model(model._meta.get_field(name))
        if name in form.changed_data or any(_changed_rows(form, row_model)):
            yield name
    for row in _changed_rows(form, Figure):
        if row.is_stored and not FIGURE_VALUE_FIELDS.isdisjoint(row.changed_data):
            yield evidence_coverage.figure_key(row.instance.label)


def _newly_supported(form) -> Iterator[tuple[str, str]]:
    """The keys of fields for which a supporting passage is added or changed, each with the slug of the report."""
    for row in _changed_rows(form, Evidence):
        item = row.instance
        if item.stance == Stance.SUPPORTS:
            key = evidence_coverage.figure_key(item.figure.label) if item.field == FIGURE else item.field
            yield key, item.passage.report.slug
