"""Evidence for values of a published record that change.

A value that needs evidence of its own, such as a status or a figure, was published because a report says so. When
the value changes, the report may say so no longer, and only the curator can tell. So a save that changes such a
value of a published record has to bring evidence for the new value, or the curator ticks that the evidence given
supports the new value too (a correction of a slip, say). A value that is taken out needs neither.
"""

from collections.abc import Iterator

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.inlines import submitted_rows
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import FIGURE, PublicationState
from sco_cities.sources.models import Evidence, Figure, Stance

CONFIRMATION = "evidence_stands"
# What a figure says; its label is what it is called.
VALUE_OF_FIGURE = {"value", "qualifier", "unit", "period"}


class EvidenceRequiredForm(forms.ModelForm):
    """A record's form with the tick, which it shows for published records."""

    evidence_stands = forms.BooleanField(
        required=False,
        label=gettext_lazy("The existing evidence also supports the new values"),
        help_text=gettext_lazy(
            "Tick this if you change a value that needs its own evidence and the existing evidence "
            "supports the new value."
        ),
    )

    def refuse_unsupported_changes(self) -> None:
        """Adds an error for values that change without evidence; called once all rows are valid."""
        was_published = self.initial.get("state") == PublicationState.PUBLISHED
        if not was_published or self.cleaned_data.get(CONFIRMATION):
            return
        new = set(_newly_supported(self))
        changed = [name for name in _changed_values(self) if name not in new]
        if changed:
            self.add_error(
                CONFIRMATION,
                _(
                    "Changed without evidence for the new value: %(fields)s. Add evidence from a published "
                    "report below, or tick this box if the existing evidence supports the new value."
                )
                % {"fields": evidence_coverage.field_list(type(self.instance), changed)},
            )


def _touched(form, model) -> Iterator:
    """The rows of `model` that will be there and are new or no longer what they were."""
    rows = submitted_rows(model, form.instance.sets_of_rows)
    return (row for row in rows.surviving() if row.has_changed()) if rows is not None else iter(())


def _changed_values(form) -> Iterator[str]:
    """The fields that need evidence of their own, and that will hold another value."""
    model = type(form.instance)
    for name in model.own_evidence:
        if not evidence_coverage.is_relation_to_many(model, name):
            if name in form.changed_data and evidence_coverage.holds_a_value(form.cleaned_data.get(name)):
                yield name
            continue
        rows = evidence_coverage.model_of_rows(model._meta.get_field(name))
        if name in form.changed_data or any(_touched(form, rows)):
            yield name
    for row in _touched(form, Figure):
        if row.is_stored and not VALUE_OF_FIGURE.isdisjoint(row.changed_data):
            yield evidence_coverage.figure_key(row.instance.label)


def _newly_supported(form) -> Iterator[str]:
    """The fields for which a published report is cited that was not cited before."""
    for row in _touched(form, Evidence):
        item = row.instance
        if item.stance == Stance.SUPPORTS and item.passage.report.state == PublicationState.PUBLISHED:
            yield evidence_coverage.figure_key(item.figure.label) if item.field == FIGURE else item.field
