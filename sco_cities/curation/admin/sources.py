"""Reports, passages and evidence in the admin."""

from django.contrib import admin
from django.db import connection, models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.edit_conflicts.admin import EditConflictMixin
from sco_cities.curation.edit_conflicts.versioned_form import VersionedForm
from sco_cities.curation.review.admin import ParentPermissionMixin
from sco_cities.history.admin import HistoryMixin
from sco_cities.history.locking import lock
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.models import Evidence, Figure, FormerSlug, Passage, Report

from .autocomplete import AutocompleteMixin
from .child_admin import ChildAdmin
from .forms import RecordForm
from .inlines import OwnRowFormSet, RowForm, RowInline
from .messages import more_label
from .record_admin import RecordAdmin
from .robust_changelist import RobustChangelistMixin
from .search import contains_word, search_words

# How much of a passage an autocomplete shows, and how many records an error names.
SUMMARY_LENGTH = 100
MAX_NAMED = 10


class ReportForm(RecordForm):
    """A report's form: one that published records rest upon stays published."""

    def clean(self):
        super().clean()
        taken_back = (
            self.initial.get("state") == PublicationState.PUBLISHED
            and self._state() != PublicationState.PUBLISHED
        )
        if taken_back and (resting := evidence_coverage.dependent_records([self.instance])):
            left = named(resting[self.instance.pk])
            self.add_error("state", _("Published records would be left without evidence: %s") % left)
        return self.cleaned_data


def named(left: dict[Record, list[str]]) -> str:
    """The records that would lack evidence, with the fields; the first few of them."""
    sentences = [evidence_coverage.field_sentence(record, keys) for record, keys in left.items()]
    more = [more_label(len(sentences) - MAX_NAMED)] if len(sentences) > MAX_NAMED else []
    return semicolon_list(sentences[:MAX_NAMED] + more)


class PassageForm(RowForm):
    """A passage among those of its report."""

    distinct = ("number",)


class StandalonePassageForm(VersionedForm):
    """A passage on a page of its own; to the history it is a part of its report."""

    @property
    def record(self) -> Report | None:
        return self.instance.report if self.instance.pk else None

    @property
    def is_seen_by_readers(self) -> bool:
        report = self.record or self.cleaned_data.get("report")
        return report is not None and report.is_published

    def clean(self):
        super().clean()
        self.refuse_unexplained()
        return self.cleaned_data


class PassageFormSet(OwnRowFormSet):
    """The passages of a report."""

    duplicate = gettext_lazy("This report already has a passage with this number.")


class PassageInline(RowInline):
    """The passages of a report."""

    model = Passage
    form = PassageForm
    formset = PassageFormSet
    fields = ("number", "summary", "quotation")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("report")


@admin.register(Report)
class ReportAdmin(RecordAdmin):
    """Reports with their passages."""

    section = "sources"
    form = ReportForm
    identity = ("title", "publisher", "address")
    facts = ("language", "note")
    dates = ("published_on", "accessed_on")
    alike = SimilarityConfig(
        names=("title",), in_common=("publisher",), dates=("published_on", "published_on"), address="address"
    )
    slug_from = ("publisher", "published_on")
    parts = (PassageInline,)
    columns = ("language", "published_on")
    list_filter = ("language",)
    search_help_text = gettext_lazy("Title, publisher, slug or address.")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def matches(self, word: str) -> Q:
        return super().matches(word) | Q(address__icontains=word)

    def reasons_against(self, records, state):
        """Why a report cannot be taken back: the published records that would be left without evidence."""
        if state == PublicationState.PUBLISHED:
            return super().reasons_against(records, state)
        resting = evidence_coverage.dependent_records(records)
        text = _("published records would lack evidence: %(records)s")
        return {report: text % {"records": named(left)} for report, left in resting.items()}


@admin.register(Passage)
class PassageAdmin(
    ParentPermissionMixin,
    HistoryMixin,
    EditConflictMixin,
    RobustChangelistMixin,
    AutocompleteMixin,
    admin.ModelAdmin,
):
    """Passages, found by their report and by what they say."""

    section = "sources"
    record_of = "report"
    list_display = ("__str__", "report", "summary_begins")
    list_select_related = ("report",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("report__search_text", "summary")
    search_help_text = gettext_lazy(
        "Title, publisher, slug or address of the report, words of the summary, or slug#number."
    )
    form = StandalonePassageForm

    def get_fields(self, request, obj=None):
        return ("report", "number", "summary", "quotation", *self.version_fields(request, obj))

    def get_object(self, request, object_id, from_field=None):
        """The passage; while it is being written, no other curator writes to its report."""
        passage = super().get_object(request, object_id, from_field)
        if passage is None or request.method != "POST" or not connection.in_atomic_block:
            return passage
        lock(Report, [passage.report_id])
        return super().get_object(request, object_id, from_field)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("report")

    def get_readonly_fields(self, request, obj=None):
        # Footnotes lead to the passage where it stands: it does not move to another report.
        return ("report",) if obj else ()

    def get_search_results(self, request, queryset, search_term):
        def matching(word):
            slug, _hash, number = word.partition("#")
            found = (
                contains_word(word, "report__search_text")
                | Q(report__slug__contains=word)
                | evidence_label(word)
            )
            found |= Q(report__address__icontains=word)
            if number.isdecimal() and len(number) <= 5:
                found |= Q(report__slug__contains=slug, number=int(number))
            return found

        return self.narrow_to_words(request, queryset, search_words(search_term), matching), False

    def choice_label(self, passage) -> str:
        """The passage as autocompletes show it: "gazette-20250101#3 The lamps are …"."""
        return f"{passage} {self.summary_begins(passage)}"

    @admin.display(description=gettext_lazy("summary"))
    def summary_begins(self, passage) -> str:
        return Truncator(passage.summary).chars(SUMMARY_LENGTH, truncate="…")


def evidence_label(word: str) -> Q:
    """Passages with `word` in their summary, in any case.

    SQLite folds only Latin letters when it compares; the ways in which people write a word are few.
    """
    found = Q(summary__icontains=word)
    for written in (word, word.capitalize(), word.upper()):
        found |= Q(summary__contains=written)
    return found


class RecordPartAdmin(ChildAdmin):
    """Parts that belong to a record of any kind; the records of a page are fetched at once, kind by kind."""

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("record")


@admin.register(Evidence)
class EvidenceAdmin(RecordPartAdmin):
    """All footnotes: what does this passage, or this report, support?"""

    columns = ("spoken_of", "stance", "passage", "reported_value")
    details = ("spoken_of", "stance", "passage", "reported_value")
    list_select_related = ("passage__report", "figure", "content_type")
    list_filter = ("stance",)
    search_fields = ("passage__report__search_text", "reported_value")
    search_help_text = gettext_lazy("Title, publisher or slug of the report, or words of the reported value.")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), "spoken_of")

    def get_search_results(self, request, queryset, search_term):
        def matching(word):
            of_report = contains_word(word, "report__search_text") | Q(report__slug__contains=word)
            # Few have a value: for the others there is nothing to search.
            return self.naming("passage", of_report) | Q(
                reported_value__gt="", reported_value__icontains=word
            )

        return self.narrow_to_words(request, queryset, search_words(search_term), matching), False

    @admin.display(description=gettext_lazy("field"))
    def spoken_of(self, evidence) -> str:
        return evidence_coverage.field_label(evidence.content_type.model_class(), evidence.field_key)


@admin.register(Figure)
class FigureAdmin(RecordPartAdmin):
    """All figures."""

    columns = ("label", "qualifier", "value", "unit", "period")
    details = ("label", "qualifier", "value", "unit", "period")
    list_filter = ("qualifier",)
    search_fields = ("label", "unit")


@admin.register(FormerSlug)
class FormerSlugAdmin(RecordPartAdmin):
    """All addresses that records had before."""

    columns = ("slug",)
    details = ("slug",)
    search_fields = ("slug",)
