"""The forms of the desk of imports."""

from itertools import islice

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import sheet_reader
from .column_mapping import SKIPPED, ColumnMapping
from .column_types import IMPORTABLE_MODELS
from .encoding_detection import NAMES
from .file_errors import UnreadableFile

# With these rows a page shows what is in the columns of a file.
SAMPLE_ROWS = 3


class UploadForm(forms.Form):
    """A file, and what its rows are."""

    kind = forms.ChoiceField(label=gettext_lazy("Record type"))
    file = forms.FileField(label=gettext_lazy("File (CSV or XLSX)"), max_length=200)
    charset = forms.ChoiceField(
        label=gettext_lazy("Character set"),
        choices=[("", gettext_lazy("Detect automatically")), *NAMES.items()],
        required=False,
        help_text=gettext_lazy("CSV files only. Choose one only if automatic detection fails."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(name, kind.title) for name, kind in IMPORTABLE_MODELS.items()]

    def clean(self):
        """Reads the beginning of the file, as far as the next page shows it: what is none is told here."""
        found = super().clean()
        if "file" in found and "kind" in found:
            if found["file"].size > sheet_reader.MAX_FILE_SIZE:
                most = sheet_reader.MAX_FILE_SIZE // 1024 // 1024
                self.add_error(
                    "file", _("The file is larger than %(most)s MB; import it in parts.") % {"most": most}
                )
                return found
            self.raw = found["file"].read()
            try:
                sheet = sheet_reader.read(
                    self.raw, IMPORTABLE_MODELS[found["kind"]].known, found.get("charset", "")
                )
                for _row in islice(sheet.rows(), SAMPLE_ROWS):
                    pass
            except UnreadableFile as error:
                self.add_error("file", str(error))
        return found


class ColumnsForm(forms.Form):
    """For each column of a file the column that it is taken for."""

    def __init__(self, data, mapping: ColumnMapping):
        super().__init__(data)
        self.mapping = mapping
        choices = [
            ("", _("— choose —")), (SKIPPED, _("Skip this column")),
            *((name, mapping.kind.told(name)) for name in mapping.kind.columns),
        ]  # fmt: skip
        for place, (heading, name) in enumerate(zip(mapping.header, mapping.names, strict=True)):
            if heading:
                self.fields[f"column-{place}"] = forms.ChoiceField(
                    label=heading, choices=choices, initial=name, required=False
                )

    def clean(self):
        found = super().clean()
        names = [found.get(f"column-{place}", "") for place in range(len(self.mapping.header))]
        self.chosen = self.mapping.adjusted(names)
        for heading, said in self.chosen.problems():
            place = self.mapping.header.index(heading) if heading else None
            self.add_error(None if place is None else f"column-{place}", said)
        return found


class ApplyForm(forms.Form):
    """Why a file is imported, for the history; `seen` is the fingerprint of the check that the curator looks at."""

    reason = forms.CharField(
        label=gettext_lazy("Reason for the import"), max_length=1000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip
    creates_duplicates = forms.BooleanField(
        label=gettext_lazy("Also create the possible duplicates"), required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
