"""The admin of reports and passages, including autocomplete search.

It is here and not in `sco_cities.sources`, because `sources` must not import `curation`.
"""

from django.contrib import admin
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.autocomplete import AutocompleteMixin
from sco_cities.changes.locking import lock
from sco_cities.core import localized_names
from sco_cities.curation.admin.auto_slug import PassageNumberField, next_free, next_number
from sco_cities.curation.admin.changelist import RobustChangelistMixin, contains_word, match_rank
from sco_cities.curation.admin.inlines import (
    OwnRowFormSet,
    RowForm,
    RowInline,
    TranslationMarksMixin,
    side_by_side,
)
from sco_cities.curation.admin.messages import more_label
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.edit_conflicts.admin_mixin import EditConflictMixin
from sco_cities.curation.edit_conflicts.versioned_form import VersionedForm
from sco_cities.curation.evidence.evidence_inline import EvidenceInline
from sco_cities.curation.evidence.inlines import FigureInline
from sco_cities.curation.permissions.object_permissions import (
    ObjectPermissionsMixin,
    editable_records,
    object_permissions,
)
from sco_cities.curation.unsaved_forms.kept_values import UnsavedFormMixin
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.models import Passage, Report
from sco_cities.sources.passages import first_words, passage_label

from .forms import RecordForm
from .record_admin import RecordAdmin

# "https" is added to URLs without a scheme.
WEB_ADDRESS_FIELDS = {models.URLField: {"assume_scheme": "https"}}
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
    """Names the first MAX_NAMED records that would lack evidence, with their fields, and counts the rest."""
    sentences = [evidence_coverage.field_sentence(record, keys) for record, keys in dependents.items()]
    more = [more_label(len(sentences) - MAX_NAMED)] if len(sentences) > MAX_NAMED else []
    return semicolon_list(sentences[:MAX_NAMED] + more)


class PassageForm(RowForm):
    """The form of a passage in its report's inline."""

    number = PassageNumberField()


class PassageFormSet(OwnRowFormSet):
    """The formset of a report's passages. Passages without a number get a free number."""

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
        """Omits empty figure and evidence inlines, because values from a report belong to other records."""
        inlines = super().get_inlines(request, obj)
        if obj and (obj.figures.exists() or obj.evidence.exists()):
            return inlines
        return tuple(inline for inline in inlines if inline not in (FigureInline, EvidenceInline))

    def search_condition(self, word: str) -> Q:
        return super().search_condition(word) | Q(address__icontains=word)

    def choice_order(self, term: str) -> tuple:
        """Returns the order of autocomplete results. Reports with exactly this name precede the newest reports."""
        *rank, slug = super().choice_order(term)
        return (*rank, F("published_first").desc(nulls_last=True), slug)

    def transition_errors(self, records):
        """Maps reports that must stay published to the reason, with the names of records that would lose evidence."""
        dependents_of = evidence_coverage.dependent_records(records)
        text = _("published records would lack evidence: %(records)s")
        return {
            report: text % {"records": dependents_label(dependents)}
            for report, dependents in dependents_of.items()
        }


# The text columns of a passage.
TEXT_COLUMNS = ("summary", "summary_ru", "summary_zh", "quotation")


class StandalonePassageForm(TranslationMarksMixin, VersionedForm):
    """The form of a passage on a separate page. Changes are recorded in the report's history."""

    number = PassageNumberField()

    @property
    def record(self) -> Report | None:
        return self.instance.report if self.instance.pk else None

    @property
    def is_published(self) -> bool:
        report = self.record or self.cleaned_data.get("report")
        return report is not None and report.is_published

    def clean_number(self) -> int | None:
        number = self.cleaned_data["number"]
        return self.initial.get("number") if number is None else number

    def clean(self):
        super().clean()
        if (report := self.cleaned_data.get("report")) and self.cleaned_data.get("number", 0) is None:
            # The lock prevents a second passage with the same number until this passage is saved.
            lock(Report, [report.pk])
            self.cleaned_data["number"] = next_number(report)
        self.check_reason()
        return self.cleaned_data


@admin.register(Passage)
class PassageAdmin(
    ObjectPermissionsMixin,
    EditConflictMixin,
    UnsavedFormMixin,
    RobustChangelistMixin,
    AutocompleteMixin,
    admin.ModelAdmin,
):
    """The admin of passages. The search includes report titles and passage texts.

    Users may edit passages of reports that they may edit.
    """

    section = "sources"
    parent_field = "report"
    list_display = ("__str__", "report", "short_summary")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("report__search_text", "summary")
    search_help_text = gettext_lazy(
        "Title, publisher, slug or address of the report, words from the passage, or slug#number."
    )
    form = StandalonePassageForm
    formfield_overrides = WEB_ADDRESS_FIELDS

    def get_fields(self, request, obj=None):
        names = side_by_side(self.model, ("report", "number", "summary", "quotation", "archive_address"))
        return (*names, *self.version_fields(request, obj))

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("report")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name == "report":
            field.queryset = editable_records(object_permissions(request), field.queryset)
            field.error_messages["invalid_choice"] = _(
                "Choose a record that you can edit, such as a draft or your own record in review."
            )
        return field

    def get_readonly_fields(self, request, obj=None):
        # A passage cannot move to a different report, because footnotes link to it on its report's page.
        return ("report",) if obj else ()

    def search_condition(self, word: str) -> Q:
        """Returns a condition for passages that match `word`, or whose report matches it."""
        return (
            contains_word(word, "report__search_text")
            | Q(report__slug__contains=word)
            | Q(report__address__icontains=word)
            | text_contains(word)
            | _has_reference(word)
        )

    def choice_order(self, term: str) -> tuple:
        """Returns the order of choices, with exact matches ("slug#number", title, slug) before the newest passages."""
        newest = (F("report__published_first").desc(nulls_last=True), "report__slug", "number")
        if not term.strip():
            return newest
        slug, number = _reference(localized_names.fold(term))
        if not number:
            return (match_rank(term, "report__"), *newest)
        return (Case(When(report__slug=slug, number=number, then=0), default=1), *newest)

    def choice_label(self, passage) -> str:
        """Returns the label of a passage in autocompletes."""
        return passage_label(passage)

    @admin.display(description=gettext_lazy("summary"))
    def short_summary(self, passage) -> str:
        return first_words(passage.summary)


def _has_reference(word: str) -> Q:
    """Returns a condition for passages that `word` identifies as "slug#number", even if the slug is incomplete."""
    slug, number = _reference(word)
    return Q(report__slug__contains=slug, number=number) if number else Q(pk__in=())


def _reference(word: str) -> tuple[str, int]:
    """Splits "slug#number" into slug and number. For other words, the number is 0."""
    slug, _hash, number = word.partition("#")
    return (slug, int(number)) if number.isdecimal() and len(number) <= 5 else (word, 0)


def text_contains(word: str) -> Q:
    """Returns a condition for passages with a text that contains `word`, ignoring case.

    SQLite ignores case only for ASCII letters. For other words, each usual capitalisation is therefore compared.
    """
    spellings = {word, word.capitalize(), word.upper()}
    condition = Q()
    for column in TEXT_COLUMNS:
        condition |= Q(**{f"{column}__icontains": word})
        for spelling in spellings if not word.isascii() else ():
            condition |= Q(**{f"{column}__contains": spelling})
    return condition
