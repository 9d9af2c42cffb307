"""The forms of the Import admin pages."""

from django import forms
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.changes.preview import ReasonField
from sco_cities.core.exceptions import Refused
from sco_cities.core.language_codes import LANGUAGE_NAMES
from sco_cities.datapackage.natural_keys import RECORD_MODELS
from sco_cities.i18n.languages import active_language
from sco_cities.listings.exports.xlsx_cells import column_letters
from sco_cities.names.vocabulary import meanings, title_label, title_of

from . import sheet_reader
from .column_mapping import SKIPPED, ColumnMapping
from .column_types import IMPORTABLE_MODELS, REPORT_ADDRESS, name_fields
from .models import TEMPLATE, ImportOptions, RememberedMapping
from .parser.encoding_detection import CHARSET_NAMES
from .parser.table import MAX_ROWS_ABOVE
from .questions import LEAVE_OUT, Question, QuestionChoices
from .sheet_reader import Sheet

# Maximum number of records suggested while a name is typed.
MAX_LISTED = 2_000


class UploadForm(forms.Form):
    """The form for uploading a file and choosing the model of its rows."""

    kind = forms.ChoiceField(label=gettext_lazy("Record type"))
    file = forms.FileField(label=gettext_lazy("File (CSV or XLSX)"), max_length=200)
    charset = forms.ChoiceField(
        label=gettext_lazy("Character set"),
        choices=[("", gettext_lazy("Detect automatically")), *CHARSET_NAMES.items()],
        required=False,
        help_text=gettext_lazy(
            "For CSV files only. Choose a character set only if automatic detection fails."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(name, kind.listing.title) for name, kind in IMPORTABLE_MODELS.items()]

    def clean(self):
        """Reads the first rows of the file, so that the form rejects an unreadable file."""
        cleaned = super().clean()
        if "file" in cleaned and "kind" in cleaned:
            headings = IMPORTABLE_MODELS[cleaned["kind"]].known_headings
            try:
                sheet_reader.read(cleaned["file"], headings, cleaned.get("charset", ""))
            except Refused as error:
                self.add_error("file", str(error))
        return cleaned


class HeaderRowForm(forms.Form):
    """The form for the header row's number."""

    header_row = forms.IntegerField(
        label=gettext_lazy("Header row"), min_value=1, max_value=MAX_ROWS_ABOVE + 1
    )


class ColumnsForm(forms.Form):
    """The form for the column mapping and for default values of new records. Each column has a select field.

    The initial values are the last mapping for the same headings, and otherwise the probable meanings of headings.
    """

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
            # The column is empty and has no heading, for example under a merged heading.
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
        if mapping.kind.has_roles and not {*mapping.kind.name_columns, mapping.kind.key} & {*initial.names}:
            title = known.get(mapping.kind.name_columns[0], "")
            language, cities = active_language(), [f"{{{city}}}" for city in (_("City A"), _("City B"))]
            templates = [
                (thing, title_of(title_label(thing, language), cities, language))
                for thing in meanings("initiative_titles")
            ]
            values["title_template"] = forms.ChoiceField(
                label=_("Title generated from the city names"), required=False, initial=title.removeprefix(TEMPLATE),
                choices=[("", _("Nothing (the value is in the file)")), *templates],
            )  # fmt: skip
        self.fields |= columns | values
        if REPORT_ADDRESS in initial.names or (data and "report_language" in data):
            self.fields["report_language"] = forms.ChoiceField(
                label=_("Language of new reports"), required=False, choices=[("", _("— choose —")), *LANGUAGE_NAMES],
                initial=options.report_language or known.get("report_language"),
                help_text=_("Each report address that is not yet on this site becomes a draft report."),
            )  # fmt: skip

    @property
    def default_fields(self) -> list[forms.BoundField]:
        """The fields for default values of new records."""
        titles = [name for name in self.fields if name == "title_template"]
        return [self[name] for name in (*titles, *self.defaults)]

    @property
    def link_fields(self) -> list[forms.BoundField]:
        """The fields for reports whose URLs are in the rows."""
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
            choices = [("", _("Nothing (the value is in the file)")), (f"={own_name}", same)]
            initial = before if before is not None else f"={own_name}"
            return forms.ChoiceField(label=label, choices=choices, initial=initial, required=False)
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
        title = cleaned.get("title_template", "")
        for heading, message in self.selected.problems(has_title=bool(title)):
            position = self.mapping.header.index(heading) if heading else None
            self.add_error(None if position is None else f"column-{position}", message)
        self.selected_defaults = {
            field.removeprefix("default-"): cleaned[field]
            for field in self.defaults
            if cleaned.get(field) and field.removeprefix("default-") not in self.selected.positions
        }
        if title:
            titles = dict.fromkeys(self.mapping.kind.name_columns, f"{TEMPLATE}{title}")
            self.selected_defaults |= titles
        return cleaned


class AnswersForm(forms.Form):
    """The form for questions about words. Each question has a field for an answer, and a field for a known record.

    A common answer applies to the questions without an answer.
    """

    # The field has no id, because the `ApplyForm` on the page has a field with the same name.
    seen = forms.CharField(widget=forms.HiddenInput({"id": False}), required=False)
    others = forms.ChoiceField(label=gettext_lazy("All other values"), required=False)

    def __init__(self, data, questions: list[Question], choices: QuestionChoices):
        super().__init__(data)
        self.questions, self.choices = questions, choices
        self.fields["others"].choices = self._for_others()
        for position, question in enumerate(questions):
            self.fields[f"answer-{position}"] = forms.ChoiceField(
                label=question.label, required=False, initial=question.remembered,
                choices=[("", _("— choose —")), *choices.choices(question)],
            )  # fmt: skip
            if choices.known(question.domain):
                attributes = {
                    "list": f"known-{question.domain}",
                    "placeholder": _("or a known record"),
                    "aria-label": _("Known record for “%(word)s”") % {"word": question.label},
                }
                self.fields[f"known-{position}"] = forms.CharField(
                    required=False, widget=forms.TextInput(attributes)
                )

    def _for_others(self) -> list[tuple[str, str]]:
        choices = [("", _("Ask again"))]
        if any(question.suggestion for question in self.questions):
            choices.append(("suggestion", _("Accept the suggestion if there is one")))
        if any(question.draft for question in self.questions):
            choices.append(("draft", _("Add a new record if there is only one option")))
        return [*choices, (LEAVE_OUT, _("Do not import these values"))]

    @property
    def rows(self) -> list[dict]:
        """The rows of the question table."""
        return [
            {
                "question": question,
                "field": self[f"answer-{position}"],
                "known": self[f"known-{position}"] if f"known-{position}" in self.fields else "",
                "add": self._add_address(question),
                "domain": self.choices.domain_label(question.domain),
                "suggestion": self.choices.label(question, question.suggestion),
                "remembered": self.choices.label(question, question.remembered),
            }
            for position, question in enumerate(self.questions)
        ]

    def _add_address(self, question: Question) -> str:
        """Returns the URL to add a record with this name, or "" if an answer can add the record or no kind fits."""
        if not self.choices.known(question.domain) or question.draft or question.drafts:
            return ""
        model = RECORD_MODELS[question.domain]
        query = urlencode({name_fields(model)[0]: question.value})
        return f"{reverse(admin_urlname(model._meta, 'add'))}?{query}"

    @property
    def known_records(self) -> dict[str, list[str]]:
        """The labels of the records that are suggested while the user types, by kind. Omits long lists."""
        kinds = {question.domain: self.choices.known(question.domain) for question in self.questions}
        return {kind: [*labels.values()] for kind, labels in kinds.items() if 0 < len(labels) <= MAX_LISTED}

    def clean(self):
        """Collects the answers. A typed name takes precedence over a choice, and a choice over the common answer.

        `given` contains the questions with a separate answer, `answered` contains all questions with an answer, and
        `not_found` contains the typed names without a match.
        """
        cleaned = super().clean()
        self.given, self.not_found, others = [], [], []
        for position, question in enumerate(self.questions):
            typed, answer = cleaned.get(f"known-{position}", ""), cleaned.get(f"answer-{position}", "")
            if typed:
                answer = self.choices.record_named(question.domain, typed)
            if answer:
                self.given.append((question, answer))
            elif typed:
                self.not_found.append(typed)
            elif other := self._other(question, cleaned.get("others", "")):
                others.append((question, other))
        self.answered = [*self.given, *others]
        return cleaned

    def _other(self, question: Question, others: str) -> str:
        answer = {"suggestion": question.suggestion, "draft": question.draft}.get(others, others)
        return answer if self.choices.label(question, answer) else ""


class ApplyForm(forms.Form):
    """The form that applies an import, with a reason for the history.

    `seen` is the fingerprint of the check that the page showed.
    """

    reason = ReasonField(label=gettext_lazy("Reason for the import"))
    creates_duplicates = forms.BooleanField(
        label=gettext_lazy("Also create the possible duplicates"), label_suffix="", required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
