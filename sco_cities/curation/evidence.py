"""Figures, footnotes and former addresses on a record's page."""

from django import forms
from django.contrib.contenttypes.admin import GenericTabularInline
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.sources.models import Evidence, Figure, FormerSlug, Stance
from sco_cities.sources.publication import field_label, figure_key
from sco_cities.sources.records import FIGURE, WHOLE

from .rows import GenericRowFormSet, GenericRowInline, RowForm


class FigureForm(RowForm):
    """A figure; two figures of a record have different labels."""

    distinct = ("label",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_stored:
            # "12", not the "12.000000" that the column holds.
            self.initial["value"] = format(self.instance.value.normalize(), "f")


class FigureFormSet(GenericRowFormSet):
    """The figures of a record."""

    duplicate = gettext_lazy("This record has a figure of this label already.")


class FigureInline(GenericRowInline):
    """The figures of a record, before its evidence, which may speak of them."""

    model = Figure
    form = FigureForm
    formset = FigureFormSet
    fields = ("label", "qualifier", "value", "unit", "period")


class EvidenceForm(RowForm):
    """A footnote whose field is chosen by name; a figure is chosen there too, as "figure:KEY"."""

    distinct = ("field", "figure_id", "passage_id", "stance", "reported_value")
    field = forms.ChoiceField(label=gettext_lazy("field"))
    figures: dict[int, Figure] = {}

    class Meta:
        model = Evidence
        fields = ("field", "passage", "stance", "reported_value")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.figure_id:
            self.initial["field"] = f"{FIGURE}:{self.instance.figure_id}"

    def clean_field(self) -> str:
        kind, _colon, key = self.cleaned_data["field"].partition(":")
        self.instance.figure = self.figures[int(key)] if key else None
        return kind

    def clean(self):
        super().clean()
        stance, reported = self.cleaned_data.get("stance"), self.cleaned_data.get("reported_value")
        if stance and stance != Stance.SUPPORTS and not reported and "reported_value" not in self.errors:
            self.add_error(
                "reported_value", _("Say what the passage reports, since it is not the record's value.")
            )


class EvidenceFormSet(GenericRowFormSet):
    """The footnotes of a record."""

    duplicate = gettext_lazy("This footnote is there already.")

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


class EvidenceInline(GenericRowInline):
    """The footnotes of a record."""

    model = Evidence
    form = EvidenceForm
    formset = EvidenceFormSet
    fields = ("field", "passage", "stance", "reported_value")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("passage__report", "figure")

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        field = formset.form.base_fields.get("field")
        if field:  # absent where the curator may only look
            field.help_text = _(
                "The value that the passage speaks of. A new figure can be chosen once the record has been "
                "saved with it; if the record is published, take it back to “in review” for that."
            )
        return formset


class FormerSlugInline(GenericTabularInline):
    """The addresses that a record had before; kept by the site, for links to go on working."""

    model = FormerSlug
    fields = ("slug",)
    readonly_fields = ("slug",)
    verbose_name_plural = gettext_lazy("former addresses, which lead here")
    extra = 0

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
