"""Inlines of a change form for figures, rulings and former slugs. The footnotes are in `evidence_inline`."""

from decimal import Decimal

from django import forms
from django.contrib.contenttypes.admin import GenericTabularInline
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.read_only_admin import ReadOnlyAdminMixin
from sco_cities.curation.admin.inlines import GenericRowFormSet, GenericRowInline, RowForm, find_formset
from sco_cities.sources.base_models import FIGURE, WHOLE
from sco_cities.sources.evidence_coverage import field_label, figure_key
from sco_cities.sources.models import Evidence, Figure, FormerSlug, Ruling, Stance


class FieldChoiceFormSetMixin(GenericRowFormSet):
    """A formset whose rows refer to fields of the record. The choice for a figure is "figure:KEY"."""

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
        """Returns the formset of another model on the same page, or None."""
        return find_formset(model, getattr(self.instance, "row_formsets", ()))


# SQLite stores numbers as binary floating point, which is exact up to 15 digits.
MAX_DIGITS = 15


class FigureForm(RowForm):
    """The form of a figure."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_stored:
            # Removes trailing zeros, so that "12.000000" is shown as "12".
            self.initial["value"] = Decimal(format(self.instance.value.normalize(), "f"))

    def clean_value(self) -> Decimal:
        value = self.cleaned_data["value"]
        if len(value.normalize().as_tuple().digits) > MAX_DIGITS:
            raise forms.ValidationError(
                _("A number can have at most %(digits)s significant digits.") % {"digits": MAX_DIGITS}
            )
        return value


class FigureFormSet(GenericRowFormSet):
    """The figures of a record."""

    def save_existing(self, form, obj, commit=True):
        """Saves a figure and, if its label has changed, updates the ruling that refers to it by label."""
        former = figure_key(form.initial["label"])
        if form.initial["label"] != obj.label:
            self.instance.rulings.filter(field=former).update(field=figure_key(obj.label))
        return super().save_existing(form, obj, commit)


class FigureInline(GenericRowInline):
    """The figures of a record. It precedes the evidence inline, because evidence may refer to figures."""

    model = Figure
    form = FigureForm
    formset = FigureFormSet
    template = "admin/curation/evidence/_figure_cards.html"
    fields = ("label", "qualifier", "value", "unit", "period")
    unique_columns = ("label",)
    duplicate_message = gettext_lazy("This record already has a figure with this label.")


class RulingForm(RowForm):
    """The form of a ruling. Stored rulings refer to figures by label, but the form refers to them by primary key."""

    field = forms.ChoiceField(label=gettext_lazy("field"))
    figures: dict[int, Figure] = {}

    class Meta:
        model = Ruling
        fields = ("field", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def clean_field(self) -> str:
        kind, _colon, key = self.cleaned_data["field"].partition(":")
        return figure_key(self.figures[int(key)].label) if key else kind


class RulingFormSet(FieldChoiceFormSetMixin):
    """The rulings on a record. A ruling is valid only for a field that a passage disputes."""

    @cached_property
    def _figures(self) -> dict[int, Figure]:
        """The record's figures, with the labels submitted on the same page."""
        figures = self._formset_of(Figure) if self.is_bound else None
        stored = super()._figures
        if figures is None:
            return stored
        return stored | {form.instance.pk: form.instance for form in figures.initial_forms}

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for key, figure in self._figures.items():
            if form.instance.field == figure_key(figure.label):
                form.initial["field"] = f"{FIGURE}:{key}"

    def clean(self):
        super().clean()
        disputed = self._disputed_fields()
        for form in self.remaining_forms():
            if form.is_valid() and form.instance.field not in disputed:
                form.add_error("field", _("No passage contradicts this field, so no reason is needed."))

    def _disputed_fields(self) -> set[str]:
        """Returns the fields that passages will dispute after saving."""
        rows, figures = self._formset_of(Evidence), self._formset_of(Figure)
        if rows is None:
            evidence = [*self.instance.evidence.select_related("figure")]
        else:
            rows.is_valid()
            evidence = [*(form.instance for form in rows.remaining_forms()), *rows.unlisted_rows()]
        deleted = {form.instance.pk for form in figures.deleted_forms} if figures is not None else set()
        return {
            figure_key(self._figures[item.figure_id].label) if item.figure_id else item.field
            for item in evidence
            if item.stance == Stance.DIFFERS and item.figure_id not in deleted
        }


class RulingInline(GenericRowInline):
    """The editors' rulings on disputed values of a record, with reasons."""

    model = Ruling
    form = RulingForm
    formset = RulingFormSet
    fields = ("field", "reason")
    unique_columns = ("field",)
    duplicate_message = gettext_lazy("There is already a reason for this field.")
    verbose_name = gettext_lazy("reason")
    verbose_name_plural = gettext_lazy("why we keep disputed values")


class FormerSlugInline(ReadOnlyAdminMixin, GenericTabularInline):
    """The former slugs of a record. The site maintains them so that old links keep working."""

    model = FormerSlug
    fields = ("slug",)
    readonly_fields = ("slug",)
    verbose_name_plural = gettext_lazy("former addresses (redirect here)")
    extra = 0
