"""What the admin of every kind of record does for the history."""

from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models

from sco_cities.curation.admin.limits import exceeds_limit
from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import Record

from .delete_preview import deletion_preview
from .locking import KeysByModel, lock_with_references, with_references
from .models import ChangeSource
from .record_history import record_history_page
from .recorder import Recorder, record_changes
from .revert_plan import in_batches
from .shared_rows import co_owners_changed


class HistoryMixin:
    """An admin whose savings and deletions are written down in the history.

    `record_of` names the relation to the record, where what is edited is part of one.
    """

    record_of = ""
    delete_confirmation_template = "admin/history/delete.html"
    delete_selected_confirmation_template = "admin/history/delete_selected.html"

    def save_model(self, request, obj, form, change):
        """Saves the record, and has the history look at all whose documents that may change before it does."""
        recorder = request_recorder(request)
        recorder.give_reason(form.cleaned_data.get("why", ""))
        record = getattr(obj, self.record_of) if self.record_of else obj
        if record.pk:
            recorder.watch(type(record), [record.pk])
        if change and naming_fields(type(obj)) & set(form.changed_data):
            recorder.watch_naming(type(obj), [obj.pk])
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Saves the rows, and with them writes down in the history what has changed."""
        recorder = request_recorder(request)
        for model, keys in co_owners_changed(formsets, type(form.instance)).items():
            recorder.watch(model, keys)
        for formset in formsets:
            recorder.watch_naming(formset.model, _is_renamed(formset))
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
            lock_with_references(self.model, keys, self._told_of(keys))
            for some in in_batches(keys):
                for model, touched in with_references(self.model, some, self._told_of(some)).items():
                    recorder.watch(model, touched)
                self.model._base_manager.filter(pk_in(some)).delete()
                recorder.write()

    def _told_of(self, keys: list[int]) -> KeysByModel:
        """The records whose history tells of the rows with these keys."""
        if not self.record_of:
            return {self.model: set(keys)}
        relation = self.model._meta.get_field(self.record_of)
        owners = self.model._base_manager.filter(pk_in(keys)).values_list(relation.attname, flat=True)
        return {relation.related_model: set(owners)}

    def get_actions(self, request):
        """Django's actions, of which the one that deletes has a bound."""
        actions = super().get_actions(request)
        if "delete_selected" in actions:
            _delete, name, description = actions["delete_selected"]
            actions["delete_selected"] = delete_selected_records, name, description
        return actions

    def history_view(self, request, object_id, extra_context=None):
        """Every change of the record, whether it is still there or not."""
        if self.record_of:
            return super().history_view(request, object_id, extra_context)
        record = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        page = record_history_page(self, request, unquote(object_id), record)
        return page or self._get_obj_does_not_exist_redirect(request, self.opts, object_id)


def delete_selected_records(model_admin, request, queryset):
    """Deletes the chosen rows after asking, if they are not too many."""
    if exceeds_limit(request, queryset.count()):
        return None
    return delete_selected(model_admin, request, queryset)


def request_recorder(request) -> Recorder:
    """What notes the changes of this request for the history."""
    if not hasattr(request, "recorder"):
        request.recorder = Recorder(ChangeSource.EDIT, user=request.user)
    return request.recorder


def naming_fields(model: type[models.Model]) -> set[str]:
    """The columns by whose texts others name a `model`: the slug of a record, the number of a passage."""
    return {path.partition("__")[0] for path in getattr(model, "named_by", ())}


def _is_renamed(formset) -> list[int]:
    """The rows that a set of rows takes away or makes others name otherwise, as passages are renumbered."""
    columns = naming_fields(formset.model)
    going = formset.deleted_forms if columns and formset.can_delete else ()
    return [
        form.instance.pk
        for form in formset.forms
        if form.instance.pk and columns and (form in going or columns & set(form.changed_data))
    ]
