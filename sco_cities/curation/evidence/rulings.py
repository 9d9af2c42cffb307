"""Rulings on a record's page: what the editors hold of disagreements, and why."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.inlines import GenericRowInline, RowForm
from sco_cities.sources.base_models import FIGURE
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Evidence, Figure, Ruling, Stance

from .field_choice_formset import FieldChoiceFormSetMixin


class RulingForm(RowForm):
    """A ruling; one on a figure names it by its label, and is chosen by its key."""

    distinct = ("field",)
    field = forms.ChoiceField(label=gettext_lazy("field"))
    figures: dict[int, Figure] = {}

    class Meta:
        model = Ruling
        fields = ("field", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def name_figure(self) -> None:
        """Chooses the figure that a stored ruling names by its label."""
        for key, figure in self.figures.items():
            if self.instance.field == figure_key(figure.label):
                self.initial["field"] = f"{FIGURE}:{key}"

    def clean_field(self) -> str:
        kind, _colon, key = self.cleaned_data["field"].partition(":")
        return figure_key(self.figures[int(key)].label) if key else kind


class RulingFormSet(FieldChoiceFormSetMixin):
    """The rulings on a record, each on a field of which a passage reports something else."""

    duplicate = gettext_lazy("A ruling on this field already exists.")

    @cached_property
    def _figures(self) -> dict[int, Figure]:
        """With the labels that the figures will have, where they are edited on the same page."""
        figures = self._rows_of(Figure) if self.is_bound else None
        stored = super()._figures
        if figures is None:
            return stored
        return stored | {form.instance.pk: form.instance for form in figures.initial_forms}

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.name_figure()

    def clean(self):
        super().clean()
        disputed = self._disputed()
        for form in self.surviving():
            if form.is_valid() and form.instance.field not in disputed:
                form.add_error("field", _("No passage differs on this field, so no ruling is needed."))

    def _disputed(self) -> set[str]:
        """The fields on which passages will differ once everything is saved."""
        rows, figures = self._rows_of(Evidence), self._rows_of(Figure)
        if rows is None:
            evidence = [*self.instance.evidence.select_related("figure")]
        else:
            rows.is_valid()
            evidence = [*(form.instance for form in rows.surviving()), *rows.unseen()]
        lost = {form.instance.pk for form in figures.deleted_forms} if figures is not None else set()
        return {
            figure_key(self._figures[item.figure_id].label) if item.figure_id else item.field
            for item in evidence
            if item.stance == Stance.DIFFERS and item.figure_id not in lost
        }


class RulingInline(GenericRowInline):
    """What the editors hold of disagreements about a record, and why."""

    model = Ruling
    form = RulingForm
    formset = RulingFormSet
    fields = ("field", "reason")
