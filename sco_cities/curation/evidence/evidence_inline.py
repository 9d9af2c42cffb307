"""The footnotes on a record's form, grouped by passage, and a card that adds footnotes to several fields."""

import re

from django import forms
from django.core.paginator import Paginator
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.core.localized_names import localized
from sco_cities.curation.admin.inlines import GenericRowInline, RowForm
from sco_cities.i18n.punctuation import with_remark
from sco_cities.sources.base_models import FIGURE
from sco_cities.sources.evidence_coverage import field_label, figure_key
from sco_cities.sources.models import Evidence, Figure, Passage
from sco_cities.sources.passages import passage_source

from .forms import StanceExplanationMixin
from .inlines import FieldChoiceFormSetMixin

# Maximum footnotes per page of the change form, because each footnote takes milliseconds to render.
FOOTNOTES_PER_PAGE = 50
# The choice for all new figures on the same page.
NEW_FIGURES = f"{FIGURE}:new"
# The prefix of the figure formset.
_FIGURES = "sources-figure-content_type-object_id"


class FieldTicks(forms.CheckboxSelectMultiple):
    """A checkbox per field. A row has a single value, because the formset expands each ticked field into a row."""

    def value_from_datadict(self, data, files, name):
        return next(iter(super().value_from_datadict(data, files, name) or ()), "")


class EvidenceForm(StanceExplanationMixin, RowForm):
    """The form of a footnote. Figures are selected by primary key."""

    field = forms.ChoiceField(label=gettext_lazy("field"))
    figures: dict[int, Figure] = {}

    class Meta:
        model = Evidence
        fields = ("field", "passage", "stance", "reported_value", "reported_value_ru", "reported_value_zh")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_stored and "passage" in self.fields:
            # The passage is shown above its footnotes. To cite a different passage, curators add a footnote.
            self.fields["passage"].widget = forms.HiddenInput()
        elif "field" in self.fields:
            self.fields["field"].label = _("fields")
            self.fields["field"].widget = FieldTicks()
        if self.instance.figure_id:
            self.initial["field"] = f"{FIGURE}:{self.instance.figure_id}"

    @property
    def heading(self) -> str:
        """The heading of the row, such as "Starts on (confirms)"."""
        if not self.is_stored:
            return _("New footnotes")
        label = field_label(self.instance.content_type.model_class(), self.instance.field_key)
        return with_remark(capfirst(label), self.instance.get_stance_display())

    @property
    def passage_name(self) -> str:
        """The report and passage number of a stored footnote."""
        return passage_source(self.instance.passage)

    @property
    def words(self) -> str:
        """A stored footnote's passage as HTML."""
        return passage_words(self.instance.passage)

    @property
    def reported_values(self) -> list[forms.BoundField]:
        """The form fields for the reported value, one per language."""
        return [self[name] for name in self.fields if name.startswith("reported_value")]

    @property
    def has_reported_value(self) -> bool:
        return any(bound.value() or bound.errors for bound in self.reported_values)

    def clean_field(self) -> str:
        kind, _colon, key = self.cleaned_data["field"].partition(":")
        _new, _colon, label = key.partition(":")
        if not key:
            self.instance.figure = None
        elif is_key(key):
            self.instance.figure = self.figures[int(key)]
        elif figure := self.formset.new_figure(label):
            self.instance.figure = figure
        else:
            raise forms.ValidationError(_("Enter the new figure in the rows above, or untick it here."))
        return kind

    def key(self) -> tuple:
        figure = self.instance.figure
        # Figures are compared by label, because a new figure has no key yet.
        values = {"figure_id": figure and figure.label}
        return tuple(
            values[name] if name in values else getattr(self.instance, name) for name in self.unique_columns
        )


class EvidenceFormSet(FieldChoiceFormSetMixin):
    """The footnotes of a record, one page at a time.

    Submitted rows are identified by primary key, so saving does not affect footnotes on other pages. A new row with
    several ticked fields is expanded into one row per field.
    """

    page_number = 1

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.new_labels = _new_labels(data) if data else []
        if data:
            self.data = self._with_one_field_per_row(data)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.formset = self
        if not form.is_stored and "field" in form.fields:
            new = [(f"{NEW_FIGURES}:{label}", field_label(type(self.instance), figure_key(label)))
                   for label in self.new_labels]  # fmt: skip
            (_blank, *choices) = self._field_choices
            form.fields["field"].choices = [*choices, *new, (NEW_FIGURES, _("new figures in the rows above"))]
        if passage := self._passage(form):
            form.fields["passage"].help_text = passage_words(passage)

    def _with_one_field_per_row(self, data: QueryDict) -> QueryDict:
        """Expands each new row into one row per ticked field. "New figures" selects all new figures on the page."""
        total = data.get(f"{self.prefix}-TOTAL_FORMS", "")
        # Every row submits at least one value, so there cannot be more rows than values.
        if not is_key(total) or int(total) > len(data):
            return data
        total, expanded = int(total), data.copy()
        names = (*self.form.base_fields, DELETION_FIELD_NAME)
        for row in _new_rows(data, self.prefix, "field"):
            start = f"{self.prefix}-{row}-"
            values = {name: data.getlist(start + name) for name in names if start + name in data}
            first, *others = self._ticked(values["field"])
            expanded[f"{start}field"] = first
            # The formset rejects rows beyond `absolute_max`.
            for number, field in enumerate(others[: max(self.absolute_max - total, 0)], total):
                for name, texts in (values | {"field": [field]}).items():
                    expanded.setlist(f"{self.prefix}-{number}-{name}", texts)
            total += len(others)
        expanded[f"{self.prefix}-TOTAL_FORMS"] = str(total)
        return expanded

    def _ticked(self, ticks: list[str]) -> list[str]:
        """Returns the ticked choices. Only the first invalid choice is kept, so that the form shows one error."""
        new = [f"{NEW_FIGURES}:{label}" for label in self.new_labels] or [NEW_FIGURES]
        fields = dict.fromkeys(each for field in ticks for each in (new if field == NEW_FIGURES else [field]))
        known = {NEW_FIGURES, *new, *(value for value, _label in self._field_choices)}
        invented = [field for field in fields if field not in known][1:]
        return [field for field in fields if field not in {*invented}]

    def _passage(self, form) -> Passage | None:
        if "passage" not in form.fields:
            return None
        posted = self.data.get(form.add_prefix("passage"), "") if self.is_bound else ""
        if form.is_stored and posted in ("", str(form.instance.passage_id)):
            return form.instance.passage
        return form.fields["passage"].prefetched.get(posted)

    def new_figure(self, label: str) -> Figure | None:
        """Returns the submitted new figure with this label, or None."""
        figures = self._formset_of(Figure)
        rows = figures.remaining_forms() if figures is not None else ()
        added = [row for row in rows if not row.is_stored]
        for row in added:
            row.is_valid()  # This sets the submitted values on the instance.
        return next((row.instance for row in added if row.instance.label == label), None)

    @cached_property
    def page(self):
        """The current page of footnotes."""
        return Paginator(super().get_queryset(), FOOTNOTES_PER_PAGE).get_page(self.page_number)

    def get_queryset(self):
        if self.is_bound or self.instance is None or self.instance.pk is None:
            return super().get_queryset()
        return self.page.object_list


def passage_words(passage: Passage) -> str:
    """Renders a passage's summary and quotation as HTML."""
    words = format_html('<blockquote class="words">{}</blockquote>', localized(passage, "summary"))
    if not passage.quotation:
        return words
    return format_html('{}<blockquote class="words">{}</blockquote>', words, passage.quotation)


def _new_labels(data: QueryDict) -> list[str]:
    """Returns the labels of new figures submitted with the footnotes."""
    labels = (data[f"{_FIGURES}-{row}-label"].strip() for row in _new_rows(data, _FIGURES, "label"))
    return list(dict.fromkeys(filter(None, labels)))


def _new_rows(data: QueryDict, prefix: str, name: str) -> list[int]:
    """Returns the indexes of a formset's new rows with a submitted value for `name`."""
    row_of = re.compile(rf"{re.escape(prefix)}-(\d{{1,9}})-{name}", re.ASCII)
    initial = data.get(f"{prefix}-INITIAL_FORMS", "")
    rows = (int(match[1]) for match in map(row_of.fullmatch, data) if match)
    return sorted(row for row in rows if is_key(initial) and row >= int(initial))


class EvidenceInline(GenericRowInline):
    """The footnotes of a record, shown below the text of their passages."""

    model = Evidence
    form = EvidenceForm
    formset = EvidenceFormSet
    template = "admin/curation/evidence/_evidence_cards.html"
    fields = ("field", "passage", "stance", "reported_value")
    unique_columns = ("field", "figure_id", "passage_id", "stance", "reported_value")
    duplicate_message = gettext_lazy("This footnote already exists.")

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("passage__report", "figure", "content_type")
        return rows.order_by("passage_id", "pk")

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.page_number = request.GET.get("footnotes", 1)
        return formset
