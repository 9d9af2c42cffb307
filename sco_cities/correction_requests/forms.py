"""The form for readers to report an error, and the form for curators to answer."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sco_cities.curation.edit_conflicts.versioned_form import UnlabelledBoundField
from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.evidence_coverage import field_label, figure_key, figure_label
from sco_cities.sources.models import Report
from sco_cities.sources.passages import passage_key
from sco_cities.sources.web_address import WebAddressFormField

from .models import MAX_TEXT, CorrectionRequest


def value_choices(record: Record) -> list[tuple[str, str]]:
    """Returns (key, label) for each value of the record, each figure and, for a report, each passage.

    The first choice is the whole record, with an empty key. The other keys are the same as in evidence, for example
    "status" or "figure:LABEL".
    """
    model = type(record)
    choices = [
        ("", field_label(model, WHOLE)),
        *((key, field_label(model, key)) for key in model.evidence_fields),
    ]
    choices += [(figure_key(figure.label), figure_label(figure)) for figure in record.figures.order_by("pk")]
    if isinstance(record, Report):
        choices += [
            (passage_key(number), gettext("passage %(number)s") % {"number": number})
            for number in record.passages.order_by("number").values_list("number", flat=True)
        ]
    return [(key, capfirst(label)) for key, label in choices]


# Control characters, and characters that change the writing direction of the following text.
_INVISIBLE = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def _refuse_invisible(value: str) -> None:
    if not value.isprintable():
        raise ValidationError(_("Remove the invisible characters."))


class PlainTextField(forms.CharField):
    """A multi-line text field that removes invisible characters and counts each line break as one character."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(_INVISIBLE.sub("", (value or "").replace("\r\n", "\n")))


class ReaderForm(forms.Form):
    """Base class for forms that readers submit without an account. A hidden field stops simple bots."""

    # Bots that fill in every field also fill in this field.
    subject = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_subject(self) -> None:
        if self.cleaned_data["subject"]:
            raise ValidationError(_("This field must be empty. Nothing was sent."))

    def full_clean(self):
        super().full_clean()
        # The browser focuses the first invalid field, even without scripts.
        if first := next((name for name in self.fields if name in self.errors), None):
            self.fields[first].widget.attrs["autofocus"] = True


class ReaderEmailField(forms.EmailField):
    """The e-mail address of a reader."""

    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Your e-mail address"), max_length=254, validators=[_refuse_invisible], **kwargs
        )


class CorrectionRequestForm(ReaderForm):
    """The form for reporting an error in a record, with a source to check and an e-mail address for the answer."""

    field_order = ("value", "text", "address", "email", "subject")

    value = forms.ChoiceField(label=_("Which value?"), required=False)
    text = PlainTextField(
        label=_("What is wrong?"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Enter the correct value, if you know it. At most 2,000 characters."),
        error_messages={"required": _("Describe the error.")},
    )
    address = WebAddressFormField(
        label=_("Which page gives the correct value?"),
        max_length=500,
        required=False,
        validators=[_refuse_invisible],
        help_text=_("Enter its URL, such as https://example.org/news."),
    )
    email = ReaderEmailField(
        required=False,
        help_text=_("Used only to answer you. It is deleted as soon as the request is closed."),
    )

    def __init__(self, record: Record, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.record = record
        self.fields["value"].choices = value_choices(record)

    def save(self, network: str = "") -> CorrectionRequest:
        """Saves the request with the English names of record and value, and the code of the client's network."""
        data = self.cleaned_data
        language = translation.get_language() or "en"
        with translation.override("en"):
            names = dict(value_choices(self.record))
            record_name = str(self.record)[:300]
        return CorrectionRequest.objects.create(
            record=self.record,
            slug=self.record.slug,
            record_name=record_name,
            value=data["value"],
            # A curator may have renamed or deleted the figure since the form was validated.
            value_label=names.get(data["value"], data["value"])[:200],
            text=data["text"],
            address=data["address"],
            email=data["email"],
            network=network,
            language=language,
        )


class AnswerForm(forms.ModelForm):
    """The form for answering a request. Rejects the answer if another curator has since changed the request."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, bound_field_class=UnlabelledBoundField)

    class Meta:
        model = CorrectionRequest
        fields = ("state", "answer")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.version = self.instance.changed_at.isoformat()
        self.initial["seen"] = self.version

    def clean(self):
        if self.cleaned_data.get("seen") != self.version:
            raise ValidationError(
                _(
                    "Someone else has changed this request since you opened it. Reload the page and answer again."
                )
            )
        return super().clean()
