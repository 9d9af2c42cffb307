"""The forms of the Import admin pages."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.exceptions import Refused
from sco_cities.core.language_codes import LANGUAGE_NAMES
from sco_cities.history.reason_field import ReasonField
from sco_cities.listings.exports.xlsx_cells import column_letters

from . import sheet_reader
from .column_mapping import SKIPPED, ColumnMapping
from .column_types import IMPORTABLE_MODELS, REPORT_ADDRESS
from .import_options import ImportOptions
from .models import RememberedMapping
from .parser.encoding_detection import CHARSET_NAMES
from .parser.table import MAX_ROWS_ABOVE
from .questions import Question, QuestionChoices
from .sheet_reader import Sheet


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
            except Refused as error:
                self.add_error("file", str(error))
        return cleaned


class HeaderRowForm(forms.Form):
    """The number of the row with the headings."""

    header_row = forms.IntegerField(
        label=gettext_lazy("Row with the headings"), min_value=1, max_value=MAX_ROWS_ABOVE + 1
    )


class ColumnsForm(forms.Form):
    """The column mapping: a select for each column of the file, and values for what new records lack.

    The last mapping of a file with the same headings, and what the headings probably mean, are filled in.
    """

    report_language = forms.ChoiceField(
        label=gettext_lazy("Language of the reports that are new"),
        required=False,
        help_text=gettext_lazy("For addresses of reports that the site does not have: each becomes a draft."),
    )

    def __init__(
        self,
        data,
        sheet: Sheet,
        mapping: ColumnMapping,
        before: RememberedMapping | None,
        options: ImportOptions,
    ):
        super().__init__(data)
        self.mapping = mapping
        initial = mapping.with_suggestions(before.columns if before else {})
        columns = {}
        for position, (heading, name) in enumerate(zip(mapping.header, initial.names, strict=True)):
            # Below a merged heading, or without any.
            if not heading and not any(sheet.sample_of(position)):
                continue
            label = heading or _("Column %(letters)s, without a heading") % {
                "letters": column_letters(position)
            }
            columns[f"column-{position}"] = forms.ChoiceField(
                label=label, choices=self._choices(mapping.names[position]), initial=name, required=False
            )
        self.columns = list(columns)
        missing = mapping.kind.required_without(initial.names)
        known = {**(before.defaults if before else {}), **options.defaults}
        values = {f"default-{name}": self._default_field(name, known.get(name)) for name in missing}
        self.defaults = list(values)
        language = self.fields.pop("report_language")
        self.fields |= columns | values
        if REPORT_ADDRESS in initial.names or (data and "report_language" in data):
            language.choices = [("", _("— choose —")), *LANGUAGE_NAMES]
            language.initial = options.report_language or known.get("report_language")
            self.fields["report_language"] = language

    @property
    def default_fields(self) -> list[forms.BoundField]:
        """The values for what new records lack."""
        return [self[name] for name in self.defaults]

    @property
    def link_fields(self) -> list[forms.BoundField]:
        """What is asked about the reports that the rows link to."""
        return [self[name] for name in ("report_language",) if name in self.fields]

    def _choices(self, recognised: str) -> list[tuple[str, str]]:
        kind = self.mapping.kind
        names = dict.fromkeys([*kind.importable, *([recognised] if recognised in kind.columns else [])])
        return [
            ("", _("— choose —")), (SKIPPED, _("Skip this column")),
            *((name, kind.label(name)) for name in names),
        ]  # fmt: skip

    def _default_field(self, name: str, before: str | None) -> forms.Field:
        kind = self.mapping.kind
        label = kind.label(name)
        column = kind.table.by_name[name]
        if column.choices:
            choices = [("", _("— choose —")), *column.field.choices]
            return forms.ChoiceField(label=label, choices=choices, initial=before, required=False)
        own_name = kind.name_columns[0]
        if column.field.max_length is None:
            same = _("The same as “%(column)s”") % {"column": kind.label(own_name)}
            choices = [("", _("Nothing: the file has it")), (f"={own_name}", same)]
            return forms.ChoiceField(
                label=label,
                choices=choices,
                initial=before if before is not None else f"={own_name}",
                required=False,
            )
        return forms.CharField(
            label=label, max_length=column.field.max_length, initial=before, required=False
        )

    def clean(self):
        cleaned = super().clean()
        names = [cleaned.get(f"column-{position}", "") for position in range(len(self.mapping.header))]
        if "_skip_rest" in self.data:
            names = [
                name or (SKIPPED if f"column-{place}" in self.columns else "")
                for place, name in enumerate(names)
            ]
        self.selected = self.mapping.with_names(names)
        for heading, message in self.selected.problems():
            position = self.mapping.header.index(heading) if heading else None
            self.add_error(None if position is None else f"column-{position}", message)
        self.selected_defaults = {
            field.removeprefix("default-"): cleaned[field]
            for field in self.defaults
            if cleaned.get(field) and field.removeprefix("default-") not in self.selected.positions
        }
        return cleaned


class AnswersForm(forms.Form):
    """The questions about words of a file; with `accepts_all`, an open one gets its suggestion."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data, questions: list[Question], choices: QuestionChoices, *, accepts_all: bool = False
    ):
        super().__init__(data)
        self.questions, self.choices, self.accepts_all = questions, choices, accepts_all
        for position, question in enumerate(questions):
            field = forms.ChoiceField(
                label=question.label, required=False, initial=question.remembered,
                choices=[("", _("— choose —")), *choices.choices(question)],
            )  # fmt: skip
            self.fields[f"answer-{position}"] = field

    @property
    def rows(self) -> list[dict]:
        """What the table of questions shows."""
        return [
            {
                "question": question,
                "field": self[f"answer-{position}"],
                "domain": self.choices.domain_label(question.domain),
                "suggestion": self.choices.label(question, question.suggestion),
                "remembered": self.choices.label(question, question.remembered),
            }
            for position, question in enumerate(self.questions)
        ]

    @property
    def has_suggestions(self) -> bool:
        return any(question.suggestion for question in self.questions)

    @property
    def answered(self) -> list[tuple[Question, str]]:
        """The questions with an answer."""
        pairs = []
        for position, question in enumerate(self.questions):
            value = self.cleaned_data.get(f"answer-{position}", "")
            if not value and self.accepts_all and self.choices.label(question, question.suggestion):
                value = question.suggestion
            if value:
                pairs.append((question, value))
        return pairs


class ApplyForm(forms.Form):
    """The reason for the import, for the history; `seen` is the fingerprint of the check shown to the curator."""

    reason = ReasonField(label=gettext_lazy("Reason for the import"))
    creates_duplicates = forms.BooleanField(
        label=gettext_lazy("Also create the possible duplicates"), label_suffix="", required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
