"""The form that receives a report, and the fields that describe it."""

from collections.abc import Iterator

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core import edtf, language_codes
from sco_cities.sources.web_address import WebAddressFormField

from .models import DETAIL_FIELDS, Intake


class ReportDetailsForm(forms.ModelForm):
    """The form for the details of a report. All of them may be empty until the report is written."""

    use_required_attribute = False
    language = forms.ChoiceField(
        label=gettext_lazy("language"), choices=[("", "—"), *language_codes.LANGUAGE_NAMES], required=False
    )
    address = WebAddressFormField(label=gettext_lazy("address"), max_length=500, required=False)

    class Meta:
        model = Intake
        fields = DETAIL_FIELDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["published_on"].help_text = edtf.HELP_TEXT


class NewReportTextForm(ReportDetailsForm):
    """The form for a new report, with its pasted or uploaded text and the details that are known."""

    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"autofocus": True, "dir": "auto"}),
        help_text=gettext_lazy("Paste the report in English, Russian or Chinese."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("HTML, plain text, DOCX or PDF."),
    )
    field_order = ("text", "file", *DETAIL_FIELDS)

    def clean(self):
        data = super().clean()
        if data.get("file") and data.get("text", "").strip():
            # The browser keeps the text but discards the chosen file.
            problem = _(
                "Enter either a text or a file. Send the text alone, or delete it and choose the file again."
            )
            self.add_error("file", problem)
        return data

    @property
    def text_fields(self) -> Iterator[forms.BoundField]:
        yield from (self["text"], self["file"])

    @property
    def detail_fields(self) -> Iterator[forms.BoundField]:
        yield from (self[name] for name in DETAIL_FIELDS)

    @property
    def has_detail_errors(self) -> bool:
        return any(name in self.errors for name in DETAIL_FIELDS)
