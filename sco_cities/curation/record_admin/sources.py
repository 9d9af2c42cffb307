"""The admin of reports and their passages. Passages with a separate page are in `passages`.

The models are in `sco_cities.sources`. Their admin is here because `sources` must not import `curation`.
"""

from django.contrib import admin
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.auto_slug import PassageNumberField, next_free
from sco_cities.curation.admin.inlines import OwnRowFormSet, RowForm, RowInline
from sco_cities.curation.admin.messages import more_label
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.evidence.evidence_inline import EvidenceInline
from sco_cities.curation.evidence.inlines import FigureInline
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.models import Passage, Report

from .forms import RecordForm
from .passages import WEB_ADDRESS_FIELDS
from .record_admin import RecordAdmin

# Maximum number of records that an error message names.
MAX_NAMED = 10


class ReportForm(RecordForm):
    """The form of a report. A report cannot be unpublished while published records depend on it."""

    def clean(self):
        super().clean()
        unpublished = (
            self.initial.get("state") == PublicationState.PUBLISHED
            and self.cleaned_data.get("state", self.instance.state) != PublicationState.PUBLISHED
        )
        if unpublished and (dependents_of := evidence_coverage.dependent_records([self.instance])):
            dependents = dependents_label(dependents_of[self.instance.pk])
            self.add_error(
                "state", _("These published records would be left without evidence: %s") % dependents
            )
        return self.cleaned_data


def dependents_label(dependents: dict[Record, list[str]]) -> str:
    """Lists the first MAX_NAMED records that would lack evidence, with their fields, and counts the other records."""
    sentences = [evidence_coverage.field_sentence(record, keys) for record, keys in dependents.items()]
    more = [more_label(len(sentences) - MAX_NAMED)] if len(sentences) > MAX_NAMED else []
    return semicolon_list(sentences[:MAX_NAMED] + more)


class PassageForm(RowForm):
    """The form of a passage in its report's inline."""

    number = PassageNumberField()


class PassageFormSet(OwnRowFormSet):
    """The formset of a report's passages. Passages without a number are numbered."""

    def clean(self):
        forms = [form for form in self.remaining_forms() if form.is_valid()]
        taken = {form.instance.number for form in forms} | {row.number for row in self.unlisted_rows()}
        taken.discard(None)
        for form in forms:
            if form.instance.number is None:
                form.instance.number = form.initial.get("number") or next_free(taken)
                taken.add(form.instance.number)
        super().clean()


class PassageInline(RowInline):
    """The inline of a report's passages."""

    model = Passage
    form = PassageForm
    formset = PassageFormSet
    fields = ("number", "summary", "quotation", "archive_address")
    unique_columns = ("number",)
    duplicate_message = gettext_lazy("This report already has a passage with this number.")
    formfield_overrides = WEB_ADDRESS_FIELDS

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("report")


@admin.register(Report)
class ReportAdmin(RecordAdmin):
    """The admin of reports, with their passages."""

    section = "sources"
    form = ReportForm
    identity = ("title", "publisher", "address")
    facts = ("language", "note")
    dates = ("published_on", "accessed_on")
    similarity = SimilarityConfig(
        names=("title",),
        shared_fields=("publisher",),
        dates=("published_on", "published_on"),
        address="address",
    )
    slug_from = ("publisher", "published_on")
    record_inlines = (PassageInline,)
    columns = ("language", "published_on")
    list_filter = ("language",)
    search_help_text = gettext_lazy("Title, publisher, slug or address.")
    formfield_overrides = WEB_ADDRESS_FIELDS

    def get_inlines(self, request, obj):
        """Leaves out empty figure and evidence inlines, because values from a report belong to other records."""
        inlines = super().get_inlines(request, obj)
        if obj and (obj.figures.exists() or obj.evidence.exists()):
            return inlines
        return tuple(inline for inline in inlines if inline not in (FigureInline, EvidenceInline))

    def search_condition(self, word: str) -> Q:
        return super().search_condition(word) | Q(address__icontains=word)

    def choice_order(self, term: str) -> tuple:
        """Returns the order of autocomplete results. A report with exactly this name precedes the newest reports."""
        *rank, slug = super().choice_order(term)
        return (*rank, F("published_first").desc(nulls_last=True), slug)

    def transition_errors(self, records):
        """Maps reports that must stay published to the reason, which names the records that would lose evidence."""
        dependents_of = evidence_coverage.dependent_records(records)
        text = _("published records would lack evidence: %(records)s")
        return {
            report: text % {"records": dependents_label(dependents)}
            for report, dependents in dependents_of.items()
        }
