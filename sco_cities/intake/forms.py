"""The forms for a report and its details, and for the value of a proposal before it is accepted."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import CityRole
from sco_cities.core import edtf, language_codes
from sco_cities.core.fields import EDTFField
from sco_cities.core.translations import translated_fields
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure
from sco_cities.sources.web_address import WebAddressFormField
from sco_cities.themes.models import Theme

from .models import DETAIL_FIELDS, Intake, Origin, Proposal, ProposalKind


class ReportDetailsForm(forms.ModelForm):
    """The form for the details of a report. All details may be empty until the report is written."""

    use_required_attribute = False
    language = forms.ChoiceField(
        label=gettext_lazy("language"), choices=[("", "—"), *language_codes.LANGUAGE_NAMES], required=False
    )
    address = WebAddressFormField(label=gettext_lazy("address"), max_length=500, required=False)

    class Meta:
        model = Intake
        fields = DETAIL_FIELDS
        help_texts: ClassVar = {"published_on": edtf.HELP_TEXT}


class NewReportTextForm(ReportDetailsForm):
    """The form for a new report, with its pasted or uploaded text and any known details."""

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
            # The browser keeps the pasted text but discards the chosen file.
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


FIGURE_COLUMNS = ("qualifier", "value", "unit", "label", "period")
# Translated fields that can be filled in for a new draft.
_TEXTS = ("title", "name", "summary")
# The id of the form on the intake page. The fields refer to the form by id and can be anywhere on the page.
FORM_ID = "intake-form"
_OTHER_LANGUAGES = ("_ru", "_zh")


def draft_columns(model: type[Record]) -> list[str]:
    """Returns the editable columns of a new draft that are part of its subject."""
    texts = translated_fields(model)
    columns = [column for name in _TEXTS if name in texts for column in texts[name].columns.values()]
    return [*columns, "kind"] if "kind" in model.evidence_fields else columns


def column_field(model, name: str, *, required: bool | None = None) -> forms.Field:
    """Creates the form field of a column, without the help text of the record's full form."""
    column = model._meta.get_field(name)
    field = column.formfield()
    field.help_text = ""
    if required is not None:
        field.required = required
    if isinstance(field.widget, forms.Textarea):
        field.widget.attrs["rows"] = 2
    if isinstance(column, EDTFField):
        field.widget.attrs |= {"placeholder": _("YYYY-MM-DD"), "size": 12}
    return field


def draft_fields(model: type[Record]) -> dict[str, forms.Field]:
    """Returns the fields of a new draft by column. The summary of the passage can replace the summary of the draft."""
    fields = {name: column_field(model, name) for name in draft_columns(model)}
    for name, field in fields.items():
        if name.startswith("summary"):
            field.required = False
            field.widget.attrs["placeholder"] = _("If empty, the summary of the passage is used")
    return fields


def theme_choices() -> list[tuple[str, str]]:
    """Returns the slugs and names of all themes as choices, in the reader's language."""
    return [(theme.slug, str(theme)) for theme in Theme.objects.order_by("name_en")]


class FormOfLanguages(forms.Form):
    """A form that separates fields for Russian and Chinese texts from other fields."""

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """All fields except the Russian and Chinese texts."""
        return [field for field in self if not field.name.endswith(_OTHER_LANGUAGES)]

    @property
    def other_languages(self) -> list[forms.BoundField]:
        """The Russian and Chinese texts of a new draft."""
        return [field for field in self if field.name.endswith(_OTHER_LANGUAGES)]

    @property
    def opens_other_languages(self) -> bool:
        """True if one of the Russian and Chinese texts has an error or is filled in before the curator types."""
        return any(field.errors or field.initial for field in self.other_languages)

    def plain_values(self) -> dict[str, Any]:
        """Returns the cleaned values as JSON values. Decimals become strings without trailing zeros."""
        return {
            name: f"{value.normalize():f}" if isinstance(value, Decimal) else value
            for name, value in self.cleaned_data.items()
        }


class ProposalForm(FormOfLanguages):
    """The form for the value of a proposal. It has no fields if nothing can be changed.

    `themes` are the choices for a theme. A page with many forms loads the choices once.
    """

    use_required_attribute = False

    def __init__(self, proposal: Proposal, data=None, themes=theme_choices):
        self.proposal, self._themes = proposal, themes
        super().__init__(data, prefix=f"value-{proposal.pk}", initial=self._initial())
        self.fields |= self._value_fields()
        if data is not None:
            # A grid of drafts submits only changed cells.
            self.fields = {name: each for name, each in self.fields.items() if self.add_prefix(name) in data}
        for field in self.fields.values():
            field.label = str(field.label)
            field.widget.attrs |= {"form": FORM_ID, "data-value": ""}

    def _initial(self) -> dict[str, Any]:
        value = self.proposal.final_value
        if not isinstance(value, dict):
            return {"value": value}
        return value | {"value": value.get("value", value.get("slug", ""))}

    def _value_fields(self) -> dict[str, forms.Field]:
        proposal, model = self.proposal, self.proposal.model
        if proposal.is_subject:
            return {} if proposal.object_id is not None else self._draft_fields()
        if proposal.kind == ProposalKind.FIGURE:
            return {name: column_field(Figure, name) for name in FIGURE_COLUMNS}
        if proposal.kind == ProposalKind.ATTENDANCE:
            return {"role_at_event": forms.CharField(label=_("role at the event"), max_length=120)}
        if proposal.field == "cities":
            return {"role": forms.ChoiceField(label=_("role"), choices=CityRole.choices)}
        if proposal.field == "themes":
            return {"value": forms.ChoiceField(label=_("theme"), choices=self._themes)}
        if isinstance(proposal.final_value, dict):
            return {}
        return {"value": column_field(model, proposal.field, required=True)}

    def _draft_fields(self) -> dict[str, forms.Field]:
        proposal, model = self.proposal, self.proposal.model
        fields = draft_fields(model)
        is_read = proposal.kind == ProposalKind.DELEGATE and proposal.origin != Origin.HAND
        # The curator must enter the role of a new person in English if the report is in another language.
        if is_read and {"name_ru", "name_zh"} & proposal.value.keys():
            fields["role"] = column_field(model, "role", required=True)
            fields["role"].label = _("role in English")
        return fields

    def final_value(self) -> Any:
        """Returns the validated value in the format that `Proposal` stores."""
        cleaned, value = self.plain_values(), self.proposal.final_value
        if not isinstance(value, dict):
            return cleaned["value"]
        return {"slug": cleaned["value"]} if self.proposal.field == "themes" else value | cleaned
