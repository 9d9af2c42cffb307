"""Figures, footnotes and former addresses on a record's page."""

from decimal import Decimal

from django import forms
from django.contrib.contenttypes.admin import GenericTabularInline
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.inlines import GenericRowFormSet, GenericRowInline, RowForm
from sco_cities.sources.base_models import FIGURE
from sco_cities.sources.evidence_coverage import figure_key
from sco_cities.sources.models import Evidence, Figure, FormerSlug

from .field_choice_formset import FieldChoiceFormSetMixin
from .forms import StanceExplanationMixin

# SQLite keeps numbers as binary fractions, which hold this many digits exactly.
MAX_DIGITS = 15
# A record's page shows so many footnotes to be edited: a row takes milliseconds to make.
FOOTNOTES_PER_PAGE = 50


class FigureForm(RowForm):
    """A figure; two figures of a record have different labels."""

    distinct = ("label",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_stored:
            # "12", not the "12.000000" that the column holds.
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

    duplicate = gettext_lazy("This record already has a figure with this label.")

    def save_existing(self, form, obj, commit=True):
        """Saves a figure; the ruling on it, which names it by its label, goes on naming it."""
        former = figure_key(form.initial["label"])
        if form.initial["label"] != obj.label:
            self.instance.rulings.filter(field=former).update(field=figure_key(obj.label))
        return super().save_existing(form, obj, commit)


class FigureInline(GenericRowInline):
    """The figures of a record, before its evidence, which may speak of them."""

    model = Figure
    form = FigureForm
    formset = FigureFormSet
    fields = ("label", "qualifier", "value", "unit", "period")


class EvidenceForm(StanceExplanationMixin, RowForm):
    """A footnote; one on a figure names it by its key."""

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


class EvidenceFormSet(FieldChoiceFormSetMixin):
    """The footnotes of a record, a page of them at a time.

    Those of the other pages stay as they are: what is sent names its rows by their keys.
    """

    duplicate = gettext_lazy("This footnote already exists.")
    page = 1

    @cached_property
    def pages(self):
        """The page of footnotes that is shown, by which others are found."""
        return Paginator(super().get_queryset(), FOOTNOTES_PER_PAGE).get_page(self.page)

    def get_queryset(self):
        if self.is_bound or self.instance is None or self.instance.pk is None:
            return super().get_queryset()
        return self.pages.object_list


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
        formset.page = request.GET.get("footnotes", 1)
        field = formset.form.base_fields.get("field")
        if field:  # absent where the curator may only look
            field.help_text = _(
                "The value that the passage is about. To choose a new figure, first save the record with "
                "it; a published record must first be set back to “in review”."
            )
        return formset


class FormerSlugInline(GenericTabularInline):
    """The addresses that a record had before; kept by the site, for links to go on working."""

    model = FormerSlug
    fields = ("slug",)
    readonly_fields = ("slug",)
    verbose_name_plural = gettext_lazy("former addresses (redirect here)")
    extra = 0

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
