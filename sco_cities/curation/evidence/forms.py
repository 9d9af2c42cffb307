"""The claim form, with the fields that a passage is about, the stance, the reported value and a ruling."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.translations import translation_columns
from sco_cities.curation.admin.inlines import side_by_side
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.models import Evidence, Stance

MISSING_REPORT = gettext_lazy("Enter the value that the passage reports, because it differs from the record.")


def field_choices(model: type[Record], labels=()) -> list[tuple[str, str]]:
    """Returns the evidence fields of a kind of record, and the figures with these labels, as choices."""
    keys = [WHOLE, *model.evidence_fields, *map(evidence_coverage.figure_key, labels)]
    return [(key, evidence_coverage.field_label(model, key)) for key in keys]


class StanceExplanationMixin(forms.BaseForm):
    """A form with a stance. Every stance except "confirms" requires a reported value."""

    def clean(self):
        super().clean()
        stance, reported = self.cleaned_data.get("stance"), self.cleaned_data.get("reported_value")
        if stance and stance != Stance.SUPPORTS and not reported and "reported_value" not in self.errors:
            self.add_error("reported_value", MISSING_REPORT)
        return self.cleaned_data


def _translation_field(name: str) -> forms.CharField:
    column = Evidence._meta.get_field(name)
    return forms.CharField(label=column.verbose_name, required=False, max_length=column.max_length)


class ClaimForm(StanceExplanationMixin, forms.Form):
    """The form for a passage's statement about fields of records."""

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
    reported_value_ru = _translation_field("reported_value_ru")
    reported_value_zh = _translation_field("reported_value_zh")
    ruling = forms.CharField(
        label=gettext_lazy("why we keep this value"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text=gettext_lazy("If reports differ, explain the choice to readers in one or two sentences."),
    )

    def __init__(self, *args, model: type[Record], labels=(), can_rule: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fields_told"].choices = field_choices(model, labels)
        if not can_rule:
            del self.fields["ruling"]

    def clean(self):
        super().clean()
        if self.translations and not self.cleaned_data.get("reported_value") and not self.errors:
            self.add_error("reported_value", _("Enter the reported value in English too."))
        return self.cleaned_data

    @property
    def translations(self) -> dict[str, str]:
        """The reported value in other languages, by column of evidence."""
        given = {name: self.cleaned_data.get(name) for name in translation_columns(Evidence)}
        return {name: text for name, text in given.items() if text}

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The bound fields in lines, with the languages of the reported value side by side."""
        names = side_by_side(Evidence, self.fields)
        return [[self[each] for each in (name if isinstance(name, tuple) else (name,))] for name in names]
