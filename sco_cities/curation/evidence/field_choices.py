"""The choice of a field of the record, or of one of its figures, in rows about its values."""

from django.utils.functional import cached_property

from sco_cities.curation.admin.inlines import GenericRowFormSet, find_formset
from sco_cities.sources.base_models import FIGURE, WHOLE
from sco_cities.sources.evidence_coverage import field_label, figure_key
from sco_cities.sources.models import Figure


class FieldChoiceFormSetMixin(GenericRowFormSet):
    """Rows about fields of the record, with a choice of fields; the choice of a figure is "figure:KEY"."""

    @cached_property
    def _figures(self) -> dict[int, Figure]:
        is_stored = self.instance is not None and self.instance.pk
        return {figure.pk: figure for figure in self.instance.figures.order_by("pk")} if is_stored else {}

    @cached_property
    def _field_choices(self) -> list[tuple[str, str]]:
        model = type(self.instance)
        return [
            ("", "---------"),
            *((name, field_label(model, name)) for name in (WHOLE, *model.evidence_fields)),
            *(
                (f"{FIGURE}:{figure.pk}", field_label(model, figure_key(figure.label)))
                for figure in self._figures.values()
            ),
        ]

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.figures = self._figures
        form.fields["field"].choices = self._field_choices

    def _formset_of(self, model):
        """The formset of another model on the same page; None if there is none."""
        return find_formset(model, getattr(self.instance, "row_formsets", ()))
