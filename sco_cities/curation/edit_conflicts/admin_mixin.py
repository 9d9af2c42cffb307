"""Optimistic locking in the admin. Submitting an outdated form opens a page to resolve the edit conflicts."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections, router, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.accounts.carried_form import posted_fields
from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.changes.admin_mixin import request_recorder
from sco_cities.changes.locking import lock, lock_all
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.diff_display import RecordNames
from sco_cities.history.serialization import Document, DocumentSchema, document_schema, read_documents
from sco_cities.history.versions import documents_at
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.evidence_coverage import cited_reports
from sco_cities.sources.models import Passage, Report

from .conflicts import FieldConflicts, InlineConflicts
from .versioned_form import (
    REASON,
    VERSION,
    StaleChangelistMixin,
    page_version,
    posted_version,
    row_owners,
    rows_at,
)


def unsaved_input(form, formsets) -> list[tuple[str, list[tuple[str, str]]]]:
    """Returns (heading, [(label, text)]) for the form and each row, without empty fields."""
    sections = [("", list(_field_values(form)))]
    for formset in formsets:
        heading = capfirst(formset.model._meta.verbose_name)
        sections += [(heading, list(_field_values(row))) for row in formset.forms]
    return [(heading, values) for heading, values in sections if values]


def _field_values(form) -> Iterator[tuple[str, str]]:
    for bound in form.visible_fields():
        if bound.data and bound.name != "DELETE":
            yield capfirst(bound.label), _format_value(bound)


def _format_value(bound) -> str:
    try:
        value = bound.field.clean(bound.data)
    except ValidationError:
        value = bound.data
    choices = dict(getattr(bound.field, "choices", ()) if isinstance(value, str) else ())
    if isinstance(value, str):
        return str(choices.get(value, value))
    return str(value) if not hasattr(value, "__iter__") else comma_list(value)


# The conflict page's form field for the version shown as "theirs".
SEEN_VERSION = "seen"


class EditConflictMixin(StaleChangelistMixin):
    """A ModelAdmin with optimistic locking. It never overwrites a change that its form or list did not show."""

    def version_fields(self, request, obj=None) -> tuple[str, ...]:
        """Returns the form fields for the record's version and the reason for the change."""
        return (REASON, VERSION) if self.can_write(request, obj) else ()

    def can_write(self, request: HttpRequest, obj=None) -> bool:
        """Returns True if the account may save the form of `obj`, or of a new object if None."""
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    def get_object(self, request, object_id, from_field=None):
        """Returns the object. On POST, its record and evidence are locked until the transaction ends."""
        obj = super().get_object(request, object_id, from_field)
        connection = connections[router.db_for_write(self.model)]
        if obj is None or request.method != "POST" or not connection.in_atomic_block:
            return obj
        record = self.versioned_record(obj)
        lock(type(record), [record.pk])
        request_recorder(request).watch(type(record), [record.pk])
        return super().get_object(request, object_id, from_field)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        # The locks are released before the conflict page is rendered, so other saves of the record do not wait.
        with transaction.atomic(using=router.db_for_write(self.model)):
            if object_id is None:
                lock_all(_cited_by_published(request.POST))
            elif page := self._conflict_response(request, object_id):
                return page
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _conflict_response(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Locks the record. Returns the conflict page, the page for a deleted record, or None if the form may be saved.

        If the form changes shared rows or cited reports, the owners of these rows and the reports are also locked.
        """
        if obj := super().get_object(request, unquote(object_id)):
            record = self.versioned_record(obj)
            locked = {type(record): {record.pk}} | row_owners(record, request.POST)
            for model, keys in _cited_by_published(request.POST, record).items():
                locked[model] = locked.get(model, set()) | keys
            lock_all(locked)
            obj = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            return self._deleted_page(request, object_id)
        record = self.versioned_record(obj)
        posted, newest = posted_version(request.POST.get(VERSION, "")), page_version(record, request.POST)
        if posted == newest:
            return None
        request_data = request.POST.copy()
        parts = self._parts(request, obj, posted)
        if any(part.has_their_changes for part in parts):
            names = RecordNames([(type(record), delta) for part in parts for delta in part.deltas()])
            conflicts = [conflict for part in parts for conflict in part.find(names)]
            is_answer = request.POST.get(SEEN_VERSION) == str(newest)
            for each in conflicts if is_answer else ():
                each.choose(request.POST)
            if not (is_answer and all(each.choice for each in conflicts)):
                submitted = posted_fields(request, SEEN_VERSION)
                hidden_fields = [pair for pair in submitted if not pair[0].startswith("choice-")]
                return render_admin_page(
                    request, "admin/curation/edit_conflicts/conflict.html", _("Edit conflict"),
                    opts=self.opts, object=self.model._base_manager.get(pk=obj.pk), conflicts=conflicts,
                    hidden_fields=hidden_fields, seen_version=newest, is_answer=is_answer,
                )  # fmt: skip
            for part in parts:
                part.apply_choices(request_data)
        request_data[VERSION] = str(newest)
        request.POST = request_data
        return None

    def _parts(self, request, obj, posted: int) -> list[FieldConflicts | InlineConflicts]:
        """Compares the form and rows submitted at version `posted` with the stored record."""
        record = self.versioned_record(obj)
        schema = document_schema(type(record))
        original = documents_at(type(record), {record.pk: posted}).get(record.pk) or schema.blank()
        form_class = self.get_form(
            request, obj, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, obj))
        )
        # Validation sets the submitted values on `obj`, so the stored values are loaded again.
        stored = self.model._base_manager.get(pk=obj.pk)
        bound, unbound = form_class(request.POST, instance=obj), form_class(instance=stored)
        formsets, inlines = self._create_formsets(request, obj, change=True)
        if self.parent_field:
            return [FieldConflicts(bound, unbound, *self._child_sides(obj, original))]
        current = read_documents(type(record), [record.pk])[record.pk]
        parts = [FieldConflicts(bound, unbound, schema, original, current)]
        for rows in schema.shared_rows.values():
            original = original | {rows.name: rows_at(record, rows, posted, original, request.POST)}
        for formset, inline in zip(formsets, inlines, strict=True):
            for rows in (*schema.rows.values(), *schema.shared_rows.values()):
                if rows.model is formset.model and inline.has_change_permission(request, record):
                    queryset = inline.get_queryset(request)
                    now = type(formset)(instance=stored, prefix=formset.prefix, queryset=queryset)
                    parts.append(InlineConflicts(formset, now, rows, record, original[rows.name]))
        return parts

    def _child_sides(self, obj, original: Document) -> tuple[DocumentSchema, Document, Document]:
        """Returns a child row's columns, original values and current values, for a row with a separate page."""
        record = self.versioned_record(obj)
        rows = next(each for each in document_schema(type(record)).rows.values() if each.model is self.model)
        blank = dict.fromkeys(rows.optional, "")
        current = next(row for _key, pk, row in rows.read(type(record), [record.pk]) if pk == obj.pk)
        candidates = original[rows.name]
        same_key = (row for row in candidates if rows.have_same_key(row, current))
        earlier = current if current in candidates else next(same_key, {})
        schema = DocumentSchema({column.name: column for column in rows.columns}, {}, {})
        return schema, blank | earlier, blank | current

    def _deleted_page(self, request, object_id: str) -> HttpResponse:
        form = self.get_form(request, None, change=False)(request.POST)
        formsets, _inlines = self._create_formsets(request, form.instance, change=False)
        history_url = ""
        if not self.parent_field and is_key(unquote(object_id)):
            name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_history"
            history_url = reverse(name, args=[object_id])
        return render_admin_page(
            request, "admin/curation/edit_conflicts/deleted.html", _("Record deleted"), opts=self.opts,
            unsaved_input=unsaved_input(form, formsets), history_url=history_url,
        )  # fmt: skip

    def delete_view(self, request, object_id, extra_context=None):
        """Deletes the object unless it has changed since the confirmation page was shown."""
        with transaction.atomic(using=router.db_for_write(self.model)):
            obj = self.get_object(request, unquote(object_id))  # This locks the object on POST.
            version = page_version(self.versioned_record(obj)) if obj else 0
            if request.method == "POST" and obj and posted_version(request.POST.get(VERSION, "")) != version:
                messages.error(
                    request, _("The record has changed since you opened this page. Check it again.")
                )
                return HttpResponseRedirect(request.get_full_path())
            return super().delete_view(request, object_id, {VERSION: version, **(extra_context or {})})


def _cited_by_published(data, record: Record | None = None) -> dict[type[Record], set[int]]:
    """Returns the reports that stored and submitted evidence cites, if the submitted state is "published".

    The reports are locked, so they cannot be withdrawn between the evidence check and the write.
    """
    if data.get("state") != PublicationState.PUBLISHED:
        return {}
    stored = cited_reports(type(record), [record.pk]) if record else set()
    passages = {int(data[name]) for name in data if name.endswith("-passage") and is_key(data[name])}
    return {Report: stored | set(Passage.objects.filter(pk_in(passages)).values_list("report", flat=True))}
