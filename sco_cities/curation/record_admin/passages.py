"""The admin of passages, including their search in autocompletes."""

from django.contrib import admin
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.autocomplete import AutocompleteMixin
from sco_cities.changes.locking import lock
from sco_cities.core import localized_names
from sco_cities.curation.admin.auto_slug import PassageNumberField, next_number
from sco_cities.curation.admin.changelist import RobustChangelistMixin, contains_word, match_rank
from sco_cities.curation.admin.inlines import TranslationMarksMixin, side_by_side
from sco_cities.curation.edit_conflicts.admin_mixin import EditConflictMixin
from sco_cities.curation.edit_conflicts.versioned_form import VersionedForm
from sco_cities.curation.permissions.object_permissions import editable_records, object_permissions
from sco_cities.curation.unsaved_forms.kept_values import UnsavedFormMixin
from sco_cities.sources.models import Passage, Report
from sco_cities.sources.passages import first_words, passage_label

# "https" is added to URLs without a scheme.
WEB_ADDRESS_FIELDS = {models.URLField: {"assume_scheme": "https"}}
# The text columns of a passage.
TEXT_COLUMNS = ("summary", "summary_ru", "summary_zh", "quotation")


class StandalonePassageForm(TranslationMarksMixin, VersionedForm):
    """The form of a passage on a separate page. Its changes are part of the report's history."""

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
            # The lock prevents other passages from taking the number before this passage is saved.
            lock(Report, [report.pk])
            self.cleaned_data["number"] = next_number(report)
        self.check_reason()
        return self.cleaned_data


@admin.register(Passage)
class PassageAdmin(
    EditConflictMixin,
    UnsavedFormMixin,
    RobustChangelistMixin,
    AutocompleteMixin,
    admin.ModelAdmin,
):
    """The admin of passages. The search includes their reports and texts.

    Users may edit the passages of reports that they may edit.
    """

    section = "sources"
    parent_field = "report"
    list_display = ("__str__", "report", "short_summary")
    list_select_related = ("report",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("report__search_text", "summary")
    search_help_text = _(
        "Title, publisher, slug or address of the report, words of the passage, or slug#number."
    )
    form = StandalonePassageForm
    formfield_overrides = WEB_ADDRESS_FIELDS

    def get_fields(self, request, obj=None):
        names = side_by_side(self.model, ("report", "number", "summary", "quotation", "archive_address"))
        return (*names, *self.version_fields(request, obj))

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("report")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _may_edit(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _may_edit(request, obj)

    def get_deleted_objects(self, objs, request):
        permissions = object_permissions(request)
        if not permissions.can_review:
            permissions.load_ownership([passage.report for passage in objs])
        return super().get_deleted_objects(objs, request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name == "report":
            field.queryset = editable_records(object_permissions(request), field.queryset)
            field.error_messages["invalid_choice"] = _(
                "Choose a record that you can edit, such as a draft or your own record in review."
            )
        return field

    def get_readonly_fields(self, request, obj=None):
        # A passage cannot be moved to a different report, because footnotes link to it on the page of its report.
        return ("report",) if obj else ()

    def search_condition(self, word: str) -> Q:
        """Returns the condition that a passage or its report matches `word`."""
        return (
            contains_word(word, "report__search_text")
            | Q(report__slug__contains=word)
            | Q(report__address__icontains=word)
            | text_contains(word)
            | _has_reference(word)
        )

    def choice_order(self, term: str) -> tuple:
        """Returns the autocomplete order. Exact matches ("slug#number", title, slug) precede the newest passages."""
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

    @admin.display(description=_("summary"))
    def short_summary(self, passage) -> str:
        return first_words(passage.summary)


def _may_edit(request, passage: Passage | None) -> bool:
    return passage is None or object_permissions(request).can_edit(passage.report)


def _has_reference(word: str) -> Q:
    """Returns the condition that `word` identifies the passage as "slug#number", where the slug may be incomplete."""
    slug, number = _reference(word)
    return Q(report__slug__contains=slug, number=number) if number else Q(pk__in=())


def _reference(word: str) -> tuple[str, int]:
    """Splits "slug#number" into slug and number. The number is 0 for other words."""
    slug, _hash, number = word.partition("#")
    return (slug, int(number)) if number.isdecimal() and len(number) <= 5 else (word, 0)


def text_contains(word: str) -> Q:
    """Returns the condition that a text of the passage contains `word`, ignoring case.

    SQLite ignores case only for ASCII letters. For other words the usual spellings are therefore compared one by one.
    """
    spellings = {word, word.capitalize(), word.upper()}
    condition = Q()
    for column in TEXT_COLUMNS:
        condition |= Q(**{f"{column}__icontains": word})
        for spelling in spellings if not word.isascii() else ():
            condition |= Q(**{f"{column}__contains": spelling})
    return condition
