"""What the admin of every kind of record has: search, filters, actions, evidence, one layout of its form."""

from django.apps import apps
from django.contrib import admin
from django.db import connections, router
from django.db.models import Q
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.bulk_edit.action import edit_many
from sco_cities.curation.data_quality.admin import QueueNavigationMixin
from sco_cities.curation.duplicates.admin import DuplicateCheckMixin, compare_selected
from sco_cities.curation.edit_conflicts.admin import EditConflictMixin
from sco_cities.curation.evidence.admin import EvidenceMixin
from sco_cities.curation.evidence.bulk_action import add_evidence_to_selected
from sco_cities.curation.evidence.inlines import EvidenceInline, FigureInline, FormerSlugInline
from sco_cities.curation.evidence.rulings import RulingInline
from sco_cities.curation.review.admin import ReviewWorkflowMixin
from sco_cities.history.admin import HistoryMixin, request_recorder
from sco_cities.history.locking import lock
from sco_cities.sources import evidence_coverage

from . import state_actions
from .auto_slug import AutoSlugMixin
from .autocomplete import AutocompleteMixin
from .changelist import EvidenceQualityFilter, PkPaginator, RecordChangeList
from .child_admin import ChildAdmin
from .forms import RecordForm
from .list_display import alphabetical_filter, column, format_timestamp
from .robust_changelist import RobustChangelistMixin
from .search import contains_word, search_words

# A list names so many values that lack evidence; of more it tells the number.
MAX_NAMED_LACKS = 3


class RecordAdmin(
    QueueNavigationMixin,
    ReviewWorkflowMixin,
    EvidenceMixin,
    HistoryMixin,
    EditConflictMixin,
    RobustChangelistMixin,
    AutocompleteMixin,
    AutoSlugMixin,
    DuplicateCheckMixin,
    admin.ModelAdmin,
):
    """The admin of a kind of record.

    A subclass says where the record stands in the index (`section`), which fields make its name and address
    (`identity`), which others it has (`facts`, `dates`, `relations`), what an address is made of while adding
    (`slug_from`), which columns and filters its list has besides those of every record (`columns`,
    `list_filter`), which rows its page has besides figures and evidence (`parts`), what makes two of its records
    alike (`alike`), and how the board of evidence health looks at it (`health`).
    """

    section: str
    identity: tuple[str, ...] = ("name_en", "name_ru", "name_zh")
    facts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    slug_from: tuple[str, ...] = ("name_en",)
    columns: tuple[str, ...] = ()
    parts: tuple = ()

    form = RecordForm
    actions = (*state_actions.STATE_ACTIONS, edit_many, add_evidence_to_selected, compare_selected)
    readonly_fields = ("created_at", "updated_at")
    # Each word of a search is looked for in the text to search in and in the slug; see get_search_results.
    search_fields = ("search_text", "slug")
    search_help_text = gettext_lazy("Names, titles, summaries and other names in any language, or the slug.")
    list_per_page = 50
    paginator = PkPaginator
    show_full_result_count = False
    save_on_top = True

    class Media:
        css = {"all": ("admin-extra/curation.css",)}
        js = ("admin-extra/search-labels.js",)

    # The list

    def get_list_display(self, request):
        columns = (column(self.model, name) for name in self.columns)
        return ("named", "state", "footnotes", "lacking", *columns, "changed")

    def get_list_filter(self, request):
        return (
            "state",
            EvidenceQualityFilter,
            *(alphabetical_filter(self.model, name) for name in self.list_filter),
        )

    def get_changelist(self, request, **kwargs):
        return RecordChangeList

    # The slug comes first: it is what the list is sorted by, as names are in another language for each curator.
    @admin.display(description=gettext_lazy("slug and name"), ordering="slug")
    def named(self, record) -> str:
        return format_html('<span class="slug">{}</span> {}', record.slug, record)

    @admin.display(description=gettext_lazy("updated at"), ordering="updated_at")
    def changed(self, record) -> str:
        return format_timestamp(record.updated_at)

    @admin.display(description=gettext_lazy("footnotes"))
    def footnotes(self, record) -> str:
        return f"{record.footnotes} (≠ {record.disputes})" if record.disputes else str(record.footnotes)

    @admin.display(description=gettext_lazy("lacks evidence for"), empty_value="")
    def lacking(self, record) -> str:
        if len(record.lacking) > MAX_NAMED_LACKS:
            return _("%(number)d values") % {"number": len(record.lacking)}
        return evidence_coverage.field_list(self.model, record.lacking)

    def get_search_results(self, request, queryset, search_term):
        return self.narrow_to_words(request, queryset, search_words(search_term), self.matches), False

    def matches(self, word: str) -> Q:
        """The condition that a record is found by `word`."""
        return contains_word(word) | Q(slug__contains=word)

    # The page

    def get_fieldsets(self, request, obj=None):
        publication_fields = (
            "state",
            *self.firmness_fields(request, obj),
            *self.version_fields(request, obj),
        )
        groups = (
            (_("Review"), self.review_fields(obj)),
            (_("Identity"), (*self.identity, "slug")),
            (_("Facts"), self.facts),
            (_("Dates"), self.dates),
            (_("Relations"), self.relations),
            (_("Publication"), (*publication_fields, *(self.readonly_fields if obj else ()))),
        )
        return [(heading, {"fields": fields}) for heading, fields in groups if fields]

    def get_inlines(self, request, obj):
        rulings = (RulingInline,) if self.model.evidence_fields else ()
        return (*self.parts, FigureInline, EvidenceInline, *((*rulings, FormerSlugInline) if obj else ()))

    def get_prepopulated_fields(self, request, obj=None):
        # Links lead to the address of a record that exists: it changes only on purpose.
        return {"slug": self.slug_from} if self.slug_from and obj is None else {}

    def get_view_on_site_url(self, obj=None):
        """The record's page, which shows curators drafts too; None for a kind of record without pages."""
        if obj is None:
            return None
        try:
            return obj.get_absolute_url()
        except NoReverseMatch:
            return None

    def get_object(self, request, object_id, from_field=None):
        """The record; while it is being written, no other curator writes to it or to its evidence."""
        record = super().get_object(request, object_id, from_field)
        connection = connections[router.db_for_write(self.model)]
        if record is None or request.method != "POST" or not connection.in_atomic_block:
            return record
        lock(self.model, [record.pk])
        request_recorder(request).watch(self.model, [record.pk])
        return super().get_object(request, object_id, from_field)

    def _create_formsets(self, request, obj, change):
        sets_of_rows, inlines = super()._create_formsets(request, obj, change)
        # For RecordForm.clean, which checks evidence across all of them.
        obj.sets_of_rows = sets_of_rows
        return sets_of_rows, inlines

    def get_deleted_objects(self, objs, request):
        """What goes with the records. Their figures and footnotes do, without a permission of their own."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, perms_needed - self._parts_of_records(), protected

    def _parts_of_records(self) -> set[str]:
        registered = filter(self.admin_site.is_registered, apps.get_models())
        return {
            model._meta.verbose_name
            for model in registered
            if isinstance(self.admin_site.get_model_admin(model), ChildAdmin)
        }
