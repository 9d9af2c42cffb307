"""The forms of the Import admin pages."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import sheet_reader
from .column_mapping import SKIPPED, ColumnMapping
from .column_types import IMPORTABLE_MODELS
from .errors import UnreadableFile
from .parser.encoding_detection import CHARSET_NAMES


class UploadForm(forms.Form):
    """A file and the model of its rows."""

    kind = forms.ChoiceField(label=gettext_lazy("Record type"))
    file = forms.FileField(label=gettext_lazy("File (CSV or XLSX)"), max_length=200)
    charset = forms.ChoiceField(
        label=gettext_lazy("Character set"),
        choices=[("", gettext_lazy("Detect automatically")), *CHARSET_NAMES.items()],
        required=False,
        help_text=gettext_lazy("CSV files only. Choose one only if automatic detection fails."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(name, kind.title) for name, kind in IMPORTABLE_MODELS.items()]

    def clean(self):
        """Reads the rows that the next page shows, so that an unreadable file is rejected here."""
        cleaned = super().clean()
        if "file" in cleaned and "kind" in cleaned:
            headings = IMPORTABLE_MODELS[cleaned["kind"]].known_headings
            try:
                sheet_reader.read(cleaned["file"], headings, cleaned.get("charset", ""))
            except UnreadableFile as error:
                self.add_error("file", str(error))
        return cleaned


class ColumnsForm(forms.Form):
    """The column mapping: a select for each column of the file."""

    def __init__(self, data, mapping: ColumnMapping):
        super().__init__(data)
        self.mapping = mapping
        choices = [
            ("", _("— choose —")), (SKIPPED, _("Skip this column")),
            *((name, mapping.kind.choice_label(name)) for name in mapping.kind.columns),
        ]  # fmt: skip
        for position, (heading, name) in enumerate(zip(mapping.header, mapping.names, strict=True)):
            if heading:
                self.fields[f"column-{position}"] = forms.ChoiceField(
                    label=heading, choices=choices, initial=name, required=False
                )

    def clean(self):
        cleaned = super().clean()
        names = [cleaned.get(f"column-{position}", "") for position in range(len(self.mapping.header))]
        self.selected = self.mapping.with_names(names)
        for heading, message in self.selected.problems():
            position = self.mapping.header.index(heading) if heading else None
            self.add_error(None if position is None else f"column-{position}", message)
        return cleaned


class ApplyForm(forms.Form):
    """The reason for the import, for the history; `seen` is the fingerprint of the check shown to the curator."""

    reason = forms.CharField(
        label=gettext_lazy("Reason for the import"), max_length=1000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip
    creates_duplicates = forms.BooleanField(
        label=gettext_lazy("Also create the possible duplicates"), required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
