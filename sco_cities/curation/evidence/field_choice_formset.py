"""Rows on a record's page that speak of its fields: footnotes and rulings."""

from django.utils.functional import cached_property

from sco_cities.curation.admin.inlines import GenericRowFormSet, submitted_rows
from sco_cities.sources.base_models import FIGURE, WHOLE
from sco_cities.sources.evidence_coverage import field_label, figure_key
from sco_cities.sources.models import Figure


class FieldChoiceFormSetMixin(GenericRowFormSet):
    """Rows that speak of fields of the record, chosen by name; a figure is chosen there too, as "figure:KEY"."""

    @cached_property
    def _figures(self) -> dict[int, Figure]:
        stored = self.instance is not None and self.instance.pk
        return {figure.pk: figure for figure in self.instance.figures.order_by("pk")} if stored else {}

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

    def _rows_of(self, model):
        """The rows of another kind on the same page, if there are any."""
        return submitted_rows(model, getattr(self.instance, "sets_of_rows", ()))
