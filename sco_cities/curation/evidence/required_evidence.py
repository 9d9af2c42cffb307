"""Requires evidence for each value of a published record. The check runs after saving, and the form shows errors.

The rule itself is `sources.evidence_coverage.fields_without_evidence`.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.changes.changed_values import CONFIRMATION_LABEL
from sco_cities.changes.recorder import Recorder
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import WHOLE, PublicationState, Record
from sco_cities.sources.evidence_coverage import fields_without_evidence

CONFIRMATION = "evidence_stands"


class EvidenceRequiredForm(forms.ModelForm):
    """A record's form with the confirmation checkbox for published records.

    The values of a record and their evidence are spread over this form and the inline formsets, and Django saves the
    formsets after the record. The evidence is therefore checked once everything is saved (`check_saved_evidence`). If
    evidence is missing, the save is rolled back and the form is validated again with this error. The page keeps the
    curator's input.
    """

    evidence_error: ValidationError | None = None
    evidence_stands = forms.BooleanField(
        required=False,
        label=CONFIRMATION_LABEL,
        help_text=gettext_lazy(
            "Tick this box if you change a value that needs its own evidence and the existing evidence supports the "
            "new value."
        ),
    )

    def add_evidence_error(self) -> None:
        """Adds the error that caused the save to be rolled back."""
        if self.evidence_error is not None:
            self.add_error(None, self.evidence_error)


def check_saved_evidence(record: Record, recorder: Recorder) -> None:
    """Raises ValidationError if a record was saved as published and a value lacks required evidence."""
    if record.state != PublicationState.PUBLISHED:
        return
    model = type(record)
    supported = evidence_coverage.supported_fields([record])[record.pk]
    filled = evidence_coverage.filled_fields([record])[record.pk]
    errors = {}
    if unsourced := fields_without_evidence(model, filled, supported):
        message = _(
            "Every value of a published record needs evidence. No published report supports: %(fields)s. Add "
            "evidence from a published report below, or choose another publication state. Draft reports do not "
            "count until you publish them."
        )
        if WHOLE in supported:
            message = _(
                "Some values need their own evidence, and the evidence for the whole record does not cover them: "
                "%(fields)s. Under “Evidence” below, tick these fields for a passage of a published report, or "
                "choose another publication state."
            )
        errors["state"] = message % {"fields": evidence_coverage.field_list(model, unsourced)}
    if recorder.lacking:
        message = _(
            "These values were changed without new evidence: %(fields)s. Add evidence from a published report "
            "below, or tick this box if the existing evidence supports the new values."
        )
        fields = (evidence_coverage.field_list(each.model, each.names) for each in recorder.lacking)
        errors[CONFIRMATION] = message % {"fields": comma_list(fields)}
    if errors:
        raise ValidationError(errors)
