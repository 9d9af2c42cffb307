"""RecordAdmin, the admin base class for every kind of record."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import NoReverseMatch
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.admin_urls import add_evidence_url, page_to_return_to
from sco_cities.admin_framework.autocomplete import AutocompleteMixin
from sco_cities.changes.admin_mixin import request_recorder
from sco_cities.curation.admin.changelist import (
    AlphabeticalFilter,
    EvidenceQualityFilter,
    PkPaginator,
    RecordChangeList,
    RobustChangelistMixin,
    column,
    contains_word,
    format_timestamp,
    match_rank,
)
from sco_cities.curation.admin.inlines import side_by_side
from sco_cities.curation.bulk_edit import edit_many
from sco_cities.curation.comments.threads import history_notes
from sco_cities.curation.comments.views import RecordComments
from sco_cities.curation.data_quality.field_coverage import DataQualityConfig
from sco_cities.curation.data_quality.views import work_queue
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.duplicates.views import compare_two
from sco_cities.curation.edit_conflicts.admin_mixin import EditConflictMixin
from sco_cities.curation.evidence.evidence_inline import EvidenceInline
from sco_cities.curation.evidence.field_notes import RecordNotes
from sco_cities.curation.evidence.forms import check_saved_evidence
from sco_cities.curation.evidence.inlines import FigureInline, FormerSlugInline, RulingInline
from sco_cities.curation.evidence.messages import add_footnote_messages
from sco_cities.curation.evidence.views import add_source
from sco_cities.curation.permissions.object_permissions import ADD_EVIDENCE, ObjectPermissionsMixin
from sco_cities.curation.review.admin_mixin import STATE_ACTIONS, ReviewWorkflowMixin
from sco_cities.curation.unsaved_forms.kept_values import UnsavedFormMixin
from sco_cities.history.models import MERGE_RECORDS
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Figure, FormerSlug, Ruling

from .forms import RecordForm

# Maximum number of fields without evidence named in the list. If there are more, the list shows only their number.
MAX_NAMED_FIELDS = 3
# Submit buttons that do not open the next record of a work queue.
OTHER_BUTTONS = {"_continue", "_addanother", "_saveasnew", "_popup"}


class RecordAdmin(
    ObjectPermissionsMixin,
    ReviewWorkflowMixin,
    EditConflictMixin,
    UnsavedFormMixin,
    RobustChangelistMixin,
    AutocompleteMixin,
    admin.ModelAdmin,
):
    """The admin of one kind of record.

    A subclass declares its group on the index (`section`), the fields in each section of the form (`identity`, `facts`,
    `dates`, `relations`), the fields used to generate the slug (`slug_from`), additional list columns and filters
    (`columns`, `list_filter`), inlines in addition to figures and evidence (`record_inlines`), the relations whose
    records a passage should name (`named_in_passages`), the settings for finding duplicates (`similarity`) and for data
    quality (`data_quality`), and the help text of its form (`form_help`).

    ReviewWorkflowMixin precedes EditConflictMixin, because the `get_object` of ReviewWorkflowMixin stores the record's
    state after EditConflictMixin has locked and reloaded the record.
    """

    section: str
    identity: tuple[str, ...] = ("name_en", "name_ru", "name_zh")
    facts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    slug_from: tuple[str, ...] = ("name_en",)
    named_in_passages: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    record_inlines: tuple = ()
    form_help: str | Promise = ""
    data_quality = DataQualityConfig()
    similarity: SimilarityConfig | None = None

    form = RecordForm
    actions = (*STATE_ACTIONS, edit_many, add_source, compare_two)
    readonly_fields = ("created_at", "updated_at")
    # Every word must occur in the search text or in the slug (see get_search_results).
    search_fields = ("search_text", "slug")
    search_help_text = gettext_lazy("Names, titles, summaries and other names in any language, or the slug.")
    list_per_page = 50
    paginator = PkPaginator
    show_full_result_count = False
    save_on_top = True

    class Media:
        css = {"all": ("admin-extra/curation.css",)}
        js = ("admin-extra/search-labels.js",)

    # Changelist

    def get_list_display(self, request):
        columns = (column(self.model, name) for name in self.columns)
        return ("named", "state", "footnotes", "unsourced", *columns, "changed")

    def get_list_filter(self, request):
        return (
            "state",
            EvidenceQualityFilter,
            *(
                (name, AlphabeticalFilter) if self.model._meta.get_field(name).is_relation else name
                for name in self.list_filter
            ),
        )

    def get_changelist(self, request, **kwargs):
        return RecordChangeList

    # Sorted by slug, because names depend on the curator's language.
    @admin.display(description=gettext_lazy("name and slug"), ordering="slug")
    def named(self, record) -> str:
        return format_html('{} <span class="slug">{}</span>', record, record.slug)

    @admin.display(description=gettext_lazy("updated at"), ordering="updated_at")
    def changed(self, record) -> str:
        return format_timestamp(record.updated_at)

    @admin.display(description=gettext_lazy("footnotes"))
    def footnotes(self, record) -> str:
        return f"{record.footnotes} (≠ {record.disputes})" if record.disputes else str(record.footnotes)

    @admin.display(description=gettext_lazy("lacks evidence for"), empty_value="")
    def unsourced(self, record) -> str:
        """Lists the fields without evidence. For a draft, the fields link to the page that adds evidence."""
        text = evidence_coverage.field_list(self.model, record.unsourced)
        if len(record.unsourced) > MAX_NAMED_FIELDS:
            text = _("%(number)d values") % {"number": len(record.unsourced)}
        if not text or record.state != PublicationState.DRAFT:
            return text
        return format_html('<a href="{}">{}</a>', add_evidence_url(record, record.unsourced), text)

    def search_condition(self, word: str) -> Q:
        """Returns the search condition for `word`."""
        return contains_word(word) | Q(slug__contains=word)

    def choice_order(self, term: str) -> tuple:
        """Returns the order of autocomplete results. Records with exactly the entered name come first."""
        return (match_rank(term), "slug") if term.strip() else ("slug",)

    # Change form

    def get_fieldsets(self, request, obj=None):
        publication_fields = (
            "state",
            *self.confirmation_fields(request, obj),
            *self.version_fields(request, obj),
        )
        review = ("review",) if obj and obj.pk else ()
        first, last = (review, ()) if obj is None or obj.state != PublicationState.PUBLISHED else ((), review)
        groups = (
            (_("Review"), first),
            (_("Identity"), (*self.identity, "slug")),
            (_("Facts"), self.facts),
            (_("Dates"), self.dates),
            (_("Relations"), self.relations),
            (_("Publication"), (*publication_fields, *last, *(self.readonly_fields if obj else ()))),
        )
        fieldsets = [
            (heading, {"fields": side_by_side(self.model, fields)}) for heading, fields in groups if fields
        ]
        fieldsets[1 if first else 0][1]["description"] = self._help(obj)
        return fieldsets

    def _help(self, obj) -> str:
        """Returns the help text above the fields. For a new record, it also explains how to add evidence."""
        texts = [self.form_help] if self.form_help else []
        if obj is None and self.model.evidence_fields:
            texts.append(
                _(
                    "Enter the record first, and choose “Save and continue editing”. Then choose “Add evidence” for "
                    "a value. On that page you enter the report, its passage and every value that the passage "
                    "supports."
                )
            )
        return " ".join(map(str, texts))

    def get_inlines(self, request, obj):
        rulings = (RulingInline,) if self.model.evidence_fields else ()
        return (
            *self.record_inlines,
            FigureInline,
            EvidenceInline,
            *((*rulings, FormerSlugInline) if obj else ()),
        )

    def get_prepopulated_fields(self, request, obj=None):
        # Only new records get a slug from their name, because an existing slug is part of links.
        return {"slug": self.slug_from} if self.slug_from and obj is None else {}

    def get_view_on_site_url(self, obj=None):
        """Returns the URL of the record's public page (also for a curator's draft), or None for kinds without pages."""
        if obj is None:
            return None
        try:
            return obj.get_absolute_url()
        except NoReverseMatch:
            return None

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.finds_duplicates = not change and self.similarity is not None
        form.slug_from = () if change else self.slug_from
        form.evidence_error = getattr(request, "evidence_error", None)
        form.describe_slug()
        return form

    def history_notes(self, record):
        return history_notes(record)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj is not None:
            context["comments"] = RecordComments(request, obj)
            if queue := work_queue(request, self.model):
                context |= {"queue": queue, "next_in_queue": queue.next_url(obj.pk)}
            if obj.evidence_fields:
                can_add = self.has_source_permission(request) and self.has_change_permission(request, obj)
                notes = RecordNotes(obj, can_add=can_add)
                notes.add_to_fields(context["adminform"].form)
                notes.add_to_formsets([inline.formset for inline in context["inline_admin_formsets"]])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_change(self, request, obj):
        response, page = super().response_change(request, obj), page_to_return_to(request)
        if "_continue" in request.POST and page:
            # Django's redirect omits the query string.
            return HttpResponseRedirect(request.get_full_path())
        if not OTHER_BUTTONS.isdisjoint(request.POST):
            return response
        if queue := work_queue(request, self.model):
            return HttpResponseRedirect(queue.next_url(obj.pk))
        return HttpResponseRedirect(page) if page else response

    def changeform_view(self, request, *arguments, **options):
        """Shows and saves the form. If evidence is missing, the save is rolled back and the form shows the reason."""
        try:
            return super().changeform_view(request, *arguments, **options)
        except ValidationError as error:
            request.evidence_error = error
            vars(request).pop("recorder", None)
            return super().changeform_view(request, *arguments, **options)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        check_saved_evidence(form.instance, request_recorder(request))
        if self.model.evidence_fields:
            add_footnote_messages(request, form, formsets, change)

    def has_source_permission(self, request) -> bool:
        """Returns True if the user may add evidence to records of this kind. Django checks this for the list action."""
        return (
            bool(self.model.evidence_fields)
            and self.has_change_permission(request)
            and request.user.has_perm(ADD_EVIDENCE)
        )

    def has_merge_permission(self, request) -> bool:
        """Returns True if the user may merge records of this kind. Django checks this for the list action."""
        return request.user.has_perm(MERGE_RECORDS) and self.has_change_permission(request)

    def _create_formsets(self, request, obj, change):
        row_formsets, inlines = super()._create_formsets(request, obj, change)
        # RecordForm.clean validates all formsets.
        obj.row_formsets = row_formsets
        return row_formsets, inlines

    def get_inline_formsets(self, request, formsets, inline_instances, obj=None):
        """Returns the inlines of the form. Inlines that are usually empty are collapsed until they have rows."""
        inlines = super().get_inline_formsets(request, formsets, inline_instances, obj)
        for inline in inlines:
            rows = inline.formset
            if (
                issubclass(rows.model, Figure | FormerSlug | Ruling)
                and not rows.initial_form_count()
                and not rows.is_bound
            ):
                inline.classes = "collapse"
        return inlines
