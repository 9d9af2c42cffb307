"""What the admin does about forms that are older than what they change."""

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, router, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.history.locking import lock_all
from sco_cities.history.serialization import (
    Document,
    DocumentSchema,
    document_schema,
    read_documents,
    sorted_rows,
)
from sco_cities.history.versions import document_at

from .field_conflicts import FieldConflicts
from .inline_conflicts import InlineConflicts
from .shared_inlines import page_version, rows_at, submitted_owners
from .stale_changelist import StaleChangelistMixin
from .three_way_merge import ThreeWayMerge
from .unsaved_input import unsaved_input
from .versioned_form import VERSION, WHY, posted_version

# Set by the page on which a curator chooses: the version that the page showed.
SEEN = "seen"
# So often a form tries to get hold of its record while others save; each of them that does makes it an old one.
ATTEMPTS = 5


class EditConflictMixin(StaleChangelistMixin):
    """An admin that overwrites nothing that its forms and lists have not shown."""

    def version_fields(self, request, obj=None) -> tuple[str, ...]:
        """The fields that say why a record is changed, and which version of it."""
        writes = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return (WHY, VERSION) if writes else ()

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        # The page is made without holding the record: of many who save at once, each has to wait for it.
        for _attempt in range(ATTEMPTS):
            if page := self._page_instead_of_saving(request, object_id):
                return page
            with transaction.atomic(using=router.db_for_write(self.model)):
                if self._hold_newest(request, object_id):
                    return super().changeform_view(request, object_id, form_url, extra_context)
        raise OperationalError("Somebody else holds the record for too long.")

    def _hold_newest(self, request: HttpRequest, object_id: str) -> bool:
        """Locks the record, unless somebody was quicker, or holds it still."""
        obj = self.get_queryset(request).filter(pk=unquote(object_id)).first()
        if obj is None:
            return False
        record = self.record_behind(obj)
        try:
            lock_all({type(record): {record.pk}} | submitted_owners(record, request.POST))
        except OperationalError:
            transaction.set_rollback(True)
            return False
        return posted_version(request.POST.get(VERSION, "")) == page_version(record, request.POST)

    def _page_instead_of_saving(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """The page that asks or tells what has happened meanwhile; None where the form may be saved."""
        obj = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            return self._deleted_meanwhile(request, object_id)
        record = self.record_behind(obj)
        sent, newest = posted_version(request.POST.get(VERSION, "")), page_version(record, request.POST)
        if sent == newest:
            return None
        now = read_documents(type(record), [record.pk])[record.pk]
        then = document_at(record, sent) or document_schema(type(record)).blank()
        for rows in document_schema(type(record)).shared.values() if not self.record_of else ():
            now[rows.name] = sorted_rows(row for _key, _pk, row in rows.read(type(record), [record.pk]))
            then = then | {rows.name: sorted_rows(rows_at(record, rows, sent, then, request.POST))}
        merge = self._merge(request, obj, then, now)
        if merge is not None:
            is_answer = request.POST.get(SEEN) == str(newest)
            if is_answer:
                merge.choose(request.POST)
            if not (is_answer and merge.is_settled):
                return self._changed_meanwhile(request, obj, merge, newest, is_answer)
            request.POST = merge.settled(request.POST)
        request.POST = request.POST.copy()
        request.POST[VERSION] = str(newest)
        return None

    def _merge(self, request, obj, then: Document, now: Document) -> ThreeWayMerge | None:
        """What was sent beside what is there; None where nobody else has changed anything that the form shows."""
        record = self.record_behind(obj)
        form_class = self.get_form(
            request, obj, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, obj))
        )
        # The comparison sets on `obj` what was sent; what is stored is read anew.
        stored = self.model._base_manager.get(pk=obj.pk)
        bound, unbound = form_class(request.POST, instance=obj), form_class(instance=stored)
        formsets, inlines = self._create_formsets(request, obj, change=True)
        if self.record_of:
            form, then, now = self._part_then_and_now(obj, then)
            fields = FieldConflicts(bound, unbound, form, then, now)
            return ThreeWayMerge(record, self.model, fields, []) if fields.are_changed else None
        if then == now:
            return None
        fields = FieldConflicts(bound, unbound, document_schema(self.model), then, now)
        return ThreeWayMerge(
            record, self.model, fields, self._sent_rows(request, record, formsets, inlines, then)
        )

    def _sent_rows(self, request, record, formsets, inlines, then: Document) -> list[InlineConflicts]:
        found = []
        for formset, inline in zip(formsets, inlines, strict=True):
            for rows in (
                *document_schema(self.model).rows.values(),
                *document_schema(self.model).shared.values(),
            ):
                if rows.model is formset.model and inline.has_change_permission(request, record):
                    stored = type(formset)(
                        instance=self.model._base_manager.get(pk=record.pk),
                        prefix=formset.prefix,
                        queryset=inline.get_queryset(request),
                    )
                    found.append(InlineConflicts(formset, stored, rows, record, then[rows.name]))
        return found

    def _part_then_and_now(self, obj, then: Document) -> tuple[DocumentSchema, Document, Document]:
        """The columns of a part that is edited by itself, and what it said and says."""
        record = self.record_behind(obj)
        rows = next(each for each in document_schema(type(record)).rows.values() if each.model is self.model)
        now = next(row for _key, pk, row in rows.read(type(record), [record.pk]) if pk == obj.pk)
        earlier = then[rows.name]
        alike = (row for row in earlier if rows.have_one_key(row, now))
        was = now if now in earlier else next(alike, {})
        return DocumentSchema({column.name: column for column in rows.columns}, {}, {}), was, now

    def _changed_meanwhile(
        self, request, obj, merge: ThreeWayMerge, newest: int, is_answer: bool
    ) -> HttpResponse:
        carried = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in {"csrfmiddlewaretoken", SEEN} and not name.startswith("choice-")
        ]
        return self._meanwhile_page(
            request, "changed.html", _("Edit conflict"), object=self.model._base_manager.get(pk=obj.pk),
            differences=merge.differences, carried=carried, seen=newest, is_answer=is_answer,
        )  # fmt: skip

    def _deleted_meanwhile(self, request, object_id: str) -> HttpResponse:
        form = self.get_form(request, None, change=False)(request.POST)
        formsets, _inlines = self._create_formsets(request, form.instance, change=False)
        return self._meanwhile_page(
            request, "deleted.html", _("Record deleted"), typed=unsaved_input(form, formsets),
            history_address=self._history_of_deleted(object_id),
        )  # fmt: skip

    def _history_of_deleted(self, object_id: str) -> str:
        """The address of a deleted record's history; "" where it has none of its own."""
        if self.record_of or not is_key(unquote(object_id)):
            return ""
        opts = self.opts
        return reverse(f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_history", args=[object_id])

    def _meanwhile_page(self, request, template: str, title: str, **context) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/curation/meanwhile/{template}", shared | context)

    def delete_view(self, request, object_id, extra_context=None):
        """Deletes what its page has shown, unless that has changed since."""
        with transaction.atomic(using=router.db_for_write(self.model)):
            obj = self.get_object(request, unquote(object_id))  # when it is deleted, it is locked from now on
            version = page_version(self.record_behind(obj)) if obj else 0
            if request.method == "POST" and obj and posted_version(request.POST.get(VERSION, "")) != version:
                messages.error(
                    request, _("The record has changed since you opened this page. Check it again.")
                )
                return HttpResponseRedirect(request.get_full_path())
            return super().delete_view(request, object_id, {VERSION: version, **(extra_context or {})})
