"""The claim form, and a record form that requires evidence for each value of a published record.

The check (`sources.evidence_coverage.fields_without_evidence`) runs after saving, and the form shows its errors.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.changes.changed_values import CONFIRMATION_LABEL
from sco_cities.changes.recorder import Recorder
from sco_cities.core.translations import translation_columns
from sco_cities.curation.admin.inlines import side_by_side
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import WHOLE, PublicationState, Record
from sco_cities.sources.evidence_coverage import fields_without_evidence
from sco_cities.sources.models import Evidence, Stance

MISSING_REPORT = gettext_lazy("Enter the value that the passage reports, because it differs from the record.")
CONFIRMATION = "evidence_stands"


class StanceExplanationMixin(forms.BaseForm):
    """A form with a stance. Every stance except "confirms" requires a reported value."""

    def clean(self):
        super().clean()
        stance, reported = self.cleaned_data.get("stance"), self.cleaned_data.get("reported_value")
        if stance and stance != Stance.SUPPORTS and not reported and "reported_value" not in self.errors:
            self.add_error("reported_value", MISSING_REPORT)
        return self.cleaned_data


class ClaimForm(StanceExplanationMixin, forms.Form):
    """The form for a claim. A claim is a passage's stance on record fields, with a reported value and a ruling."""

    use_required_attribute = False
    fields_told = forms.MultipleChoiceField(
        label=gettext_lazy("fields"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one field that the passage is about.")},
    )
    stance = forms.ChoiceField(
        label=gettext_lazy("what the passage does"),
        choices=Stance.choices,
        initial=Stance.SUPPORTS,
        widget=forms.RadioSelect,
    )
    reported_value = forms.CharField(
        label=gettext_lazy("reported value"),
        required=False,
        max_length=Evidence._meta.get_field("reported_value").max_length,
        help_text=gettext_lazy(
            "Enter what the passage reports, if its wording or content differs from the record. Write dates as "
            "YYYY-MM-DD and an earlier state as in “as of 2015-10: under_way”."
        ),
    )
    reported_value_ru = Evidence._meta.get_field("reported_value_ru").formfield()
    reported_value_zh = Evidence._meta.get_field("reported_value_zh").formfield()
    ruling = forms.CharField(
        label=gettext_lazy("why we keep this value"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text=gettext_lazy("If reports differ, explain the choice to readers in one or two sentences."),
    )

    def __init__(self, *args, model: type[Record], labels=(), can_rule: bool, **kwargs):
        super().__init__(*args, **kwargs)
        keys = [WHOLE, *model.evidence_fields, *map(evidence_coverage.figure_key, labels)]
        labelled = [(key, evidence_coverage.field_label(model, key)) for key in keys]
        self.fields["fields_told"].choices = labelled
        if not can_rule:
            del self.fields["ruling"]

    def clean(self):
        super().clean()
        if self.translations and not self.cleaned_data.get("reported_value") and not self.errors:
            self.add_error("reported_value", _("Enter the reported value in English too."))
        return self.cleaned_data

    @property
    def translations(self) -> dict[str, str]:
        """The reported value in other languages, by evidence column."""
        given = {name: self.cleaned_data.get(name) for name in translation_columns(Evidence)}
        return {name: text for name, text in given.items() if text}

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The bound fields by line, with the languages of the reported value side by side."""
        names = side_by_side(Evidence, self.fields)
        return [[self[each] for each in (name if isinstance(name, tuple) else (name,))] for name in names]


class EvidenceRequiredForm(forms.ModelForm):
    """A record form that checks evidence, and adds a confirmation checkbox for published records.

    Values and evidence are submitted in this form and in inline formsets, which Django saves after the record. The
    evidence is therefore checked after all rows are saved (`check_saved_evidence`). If evidence is missing, the save is
    rolled back and the form is validated again with this error. The page keeps the curator's input.
    """

    # The error that caused the save to be rolled back.
    evidence_error: ValidationError | None = None
    evidence_stands = forms.BooleanField(
        required=False,
        label=CONFIRMATION_LABEL,
        help_text=gettext_lazy(
            "Tick this box if you change a value that needs separate evidence and the existing evidence supports the "
            "new value."
        ),
    )


def check_saved_evidence(record: Record, recorder: Recorder) -> None:
    """Raises ValidationError if the saved record is published and a value lacks required evidence."""
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
                "Some values need separate evidence, and the evidence for the whole record does not cover them: "
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
