"""Admin mixin that records every write in the history."""

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models

from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import Record

from .delete_preview import deletion_preview
from .locking import KeysByModel, lock_with_references, with_references
from .models import ChangeSource
from .record_history import record_history_page
from .recorder import Recorder, record_changes
from .revert_plan import in_batches
from .shared_rows import changed_co_owners


class HistoryMixin:
    """A ModelAdmin that records saves and deletions as change sets.

    `parent_field` names the relation to the record, if the model is a part of a record.
    """

    parent_field = ""
    delete_confirmation_template = "admin/history/delete.html"
    delete_selected_confirmation_template = "admin/history/delete_selected.html"

    def save_model(self, request, obj, form, change):
        """Saves the object; first watches every record whose document may change."""
        recorder = request_recorder(request)
        recorder.set_reason(form.cleaned_data.get("why", ""))
        recorder.evidence_stands = form.cleaned_data.get("evidence_stands", False)
        record = getattr(obj, self.parent_field) if self.parent_field else obj
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
            lock_with_references(self.model, keys, self._records_of(keys))
            for batch in in_batches(keys):
                for model, affected in with_references(self.model, batch, self._records_of(batch)).items():
                    recorder.watch(model, affected)
                self.model._base_manager.filter(pk_in(batch)).delete()
                recorder.write()

    def _records_of(self, keys: list[int]) -> KeysByModel:
        """The records whose history includes the rows with these keys."""
        if not self.parent_field:
            return {self.model: set(keys)}
        relation = self.model._meta.get_field(self.parent_field)
        owners = self.model._base_manager.filter(pk_in(keys)).values_list(relation.attname, flat=True)
        return {relation.related_model: set(owners)}

    def history_view(self, request, object_id, extra_context=None):
        """Every revision of the record, including a deleted one."""
        if self.parent_field:
            return super().history_view(request, object_id, extra_context)
        record = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        page = record_history_page(self, request, unquote(object_id), record)
        return page or self._get_obj_does_not_exist_redirect(request, self.opts, object_id)


def request_recorder(request) -> Recorder:
    """The recorder of this request, created on first use."""
    if not hasattr(request, "recorder"):
        request.recorder = Recorder(ChangeSource.EDIT, user=request.user)
    return request.recorder


def natural_key_columns(model: type[models.Model]) -> set[str]:
    """The columns of the natural key by which other records refer to a `model`: a slug, a passage's number."""
    return {path.partition("__")[0] for path in getattr(model, "natural_key_fields", ())}


def _renamed_or_deleted(formset) -> list[int]:
    """The keys of the rows that a formset deletes or whose natural key it changes, such as renumbered passages."""
    columns = natural_key_columns(formset.model)
    deleted = formset.deleted_forms if columns and formset.can_delete else ()
    return [
        form.instance.pk
        for form in formset.forms
        if form.instance.pk and columns and (form in deleted or columns & set(form.changed_data))
    ]
