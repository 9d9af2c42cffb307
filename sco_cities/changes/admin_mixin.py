"""Admin mixin that records every save and deletion in the history."""

from collections.abc import Collection, Sequence

from django.contrib.admin.utils import NestedObjects, unquote
from django.core.exceptions import PermissionDenied
from django.db import models, router
from django.utils.html import format_html
from django.utils.text import capfirst

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.db.pk_queries import batches, pk_in
from sco_cities.history.models import ChangeSource
from sco_cities.history.record_history import HistoryNote, record_history_page
from sco_cities.history.references import changed_co_owners, select_related_names
from sco_cities.sources.base_models import Record

from .locking import KeysByModel, lock_with_references, with_references
from .recorder import Recorder, record_changes


class HistoryMixin:
    """A ModelAdmin mixin that records saves and deletions as change sets.

    If rows of the model are parts of a record, `parent_field` is the relation to the record.
    """

    parent_field = ""
    delete_confirmation_template = "admin/history/delete.html"
    delete_selected_confirmation_template = "admin/history/delete_selected.html"

    def versioned_record(self, obj) -> Record:
        """Returns the record whose history contains the changes to `obj`."""
        return getattr(obj, self.parent_field) if self.parent_field else obj

    def save_model(self, request, obj, form, change):
        """Watches every record whose document may change, and then saves the object."""
        recorder = request_recorder(request)
        recorder.set_reason(form.cleaned_data.get("why", ""))
        recorder.evidence_stands = form.cleaned_data.get("evidence_stands", False)
        record = self.versioned_record(obj)
        if record.pk:
            recorder.watch(type(record), [record.pk])
        if change and natural_key_columns(type(obj)) & set(form.changed_data):
            recorder.watch_referencing(type(obj), [obj.pk])
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Saves the inlines and writes the revisions."""
        recorder = request_recorder(request)
        for model, keys in changed_co_owners(formsets, type(form.instance)).items():
            recorder.watch(model, keys)
        for formset in formsets:
            recorder.watch_referencing(formset.model, _renamed_or_deleted(formset))
        super().save_related(request, form, formsets, change)
        if not change and isinstance(form.instance, Record):
            recorder.note_created([form.instance])
        recorder.write()

    def get_deleted_objects(self, objs, request):
        return deletion_preview(objs, request, self.admin_site)

    def delete_model(self, request, obj):
        self._delete(request, [obj.pk])

    def delete_queryset(self, request, queryset):
        self._delete(request, list(queryset.order_by("pk").values_list("pk", flat=True)))

    def _delete(self, request, keys: list[int]) -> None:
        with record_changes(
            ChangeSource.EDIT, user=request.user, reason=request.POST.get("why", "").strip()
        ) as recorder:
            lock_with_references(self.model, keys, self.records_of(keys))
            for batch in batches(sorted(keys)):
                for model, affected in with_references(self.model, batch, self.records_of(batch)).items():
                    recorder.watch(model, affected)
                self.model._base_manager.filter(pk_in(batch)).delete()
                recorder.write()

    def records_of(self, keys: Collection[int]) -> KeysByModel:
        """Returns the records whose history contains the changes to the rows with these primary keys."""
        if not self.parent_field:
            return {self.model: set(keys)}
        relation = self.model._meta.get_field(self.parent_field)
        owners = self.model._base_manager.filter(pk_in(keys)).values_list(relation.attname, flat=True)
        return {relation.related_model: set(owners)}

    def history_view(self, request, object_id, extra_context=None):
        """Shows all revisions of the record, including a deleted record."""
        if self.parent_field:
            return super().history_view(request, object_id, extra_context)
        record = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        page = record_history_page(self, request, unquote(object_id), record)
        return page or self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    def history_notes(self, record: Record) -> list[HistoryNote]:
        """Returns entries that a record's admin history shows in addition to the revisions."""
        return []


def request_recorder(request) -> Recorder:
    """Returns this request's recorder, which is created on first use."""
    if not hasattr(request, "recorder"):
        request.recorder = Recorder(ChangeSource.EDIT, user=request.user)
    return request.recorder


def natural_key_columns(model: type[models.Model]) -> set[str]:
    """Returns the names of the columns in the natural key of `model`, such as "slug"."""
    return {path.partition("__")[0] for path in getattr(model, "natural_key_fields", ())}


def _renamed_or_deleted(formset) -> list[int]:
    """Returns the keys of rows that a formset deletes or gives a new natural key, such as renumbered passages."""
    columns = natural_key_columns(formset.model)
    deleted = formset.deleted_forms if columns and formset.can_delete else ()
    return [
        form.instance.pk
        for form in formset.forms
        if form.instance.pk and columns and (form in deleted or columns & set(form.changed_data))
    ]


class _DeletionCollector(NestedObjects):
    """Collects rows together with the related rows that their descriptions name, to avoid a query per row.

    Omits the rows of automatic many-to-many tables, because these rows have no description.
    """

    def collect(self, objs, source=None, **kwargs):
        # Django does not call `related_objects` for generic relations.
        is_query = source is not None and isinstance(objs, models.QuerySet)
        return super().collect(_with_names(objs) if is_query else objs, source=source, **kwargs)

    def related_objects(self, related_model, related_fields, objs):
        return _with_names(super().related_objects(related_model, related_fields, objs))

    def add_edge(self, source, target):
        if not target._meta.auto_created:
            super().add_edge(source, target)


def _with_names(rows: models.QuerySet) -> models.QuerySet:
    return rows if rows.model._meta.auto_created else select_related_names(rows)


def deletion_preview(objs: Sequence[models.Model], request, admin_site) -> tuple[list, dict, set, list]:
    """Returns the result of `ModelAdmin.get_deleted_objects`, with a fixed number of queries."""
    if not objs:
        return [], {}, set(), []
    collector = _DeletionCollector(using=router.db_for_write(type(objs[0])), origin=objs)
    collector.collect(objs)
    lacking = set()

    def describe(obj: models.Model) -> str:
        kind = capfirst(obj._meta.verbose_name)
        if not admin_site.is_registered(type(obj)):
            return f"{kind}: {obj}"
        if not admin_site.get_model_admin(type(obj)).has_delete_permission(request, obj):
            lacking.add(obj._meta.verbose_name)
        return format_html('{}: <a href="{}">{}</a>', kind, change_url(obj), obj)

    protected = [describe(obj) for obj in collector.protected]
    counts = {
        model._meta.verbose_name_plural: len(rows)
        for model, rows in collector.model_objs.items()
        if not model._meta.auto_created
    }
    return collector.nested(describe), counts, lacking, protected
