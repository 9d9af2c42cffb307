"""The admin action "Edit selected …" of every list of records."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.admin_framework.limits import exceeds_limit
from sco_cities.core.exceptions import Refused
from sco_cities.curation.admin.messages import count_label, refusal_list
from sco_cities.curation.admin.preview_token import Preview, hidden_fields
from sco_cities.db.pk_filter import batches, pk_in
from sco_cities.history.locking import lock
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import Recorder, record_changes
from sco_cities.history.serialization import ManyToManySchema
from sco_cities.sources.querysets import RecordQuerySet

from .forms import BulkEditForm
from .validation import BulkEditSummary, BulkEditValidator, RowValidation

BATCH = 1_000
ROW_BATCH = 500


def preview(validator: BulkEditValidator, keys: list[int]) -> BulkEditSummary:
    """The outcome that the edit would have for these records."""
    summary = BulkEditSummary(validator.model, validator.edit)
    for batch in batches(keys, BATCH):
        summary.add(validator.validate(validator.records(batch)))
    return summary


def apply(
    validator: BulkEditValidator, keys: list[int], *, user, reason: str, posted_preview: Preview
) -> BulkEditSummary:
    """Applies the edit; raises Refused if the outcome differs from the posted preview."""
    summary = BulkEditSummary(validator.model, validator.edit)
    stands = validator.edit.evidence_confirmed
    with record_changes(ChangeSource.BULK, user=user, reason=reason, evidence_stands=stands) as recorder:
        # One lock for all: batches are in the order of slugs, so two edits could deadlock.
        lock(validator.model, keys)
        for batch in batches(keys, BATCH):
            validations = validator.validate(validator.records(batch))
            summary.add(validations)
            _write(validator, [each for each in validations if each.will_change], recorder, user)
        posted_preview.verify(summary.fingerprint)
    return summary


def _write(validator: BulkEditValidator, validations: list[RowValidation], recorder: Recorder, user) -> None:
    if not validations:
        return
    model, edit = validator.model, validator.edit
    keys, records = [each.record.pk for each in validations], [each.record for each in validations]
    recorder.watch(model, keys)
    columns = dict(edit.columns)
    if edit.transition is not None:
        columns["state"] = edit.transition.target
    model._base_manager.filter(pk_in(keys)).update(**columns, updated_at=timezone.now())
    if computed := sorted({name for each in validations for name in each.computed}):
        other = [each.record for each in validations if each.computed]
        model._base_manager.bulk_update(other, computed, batch_size=ROW_BATCH)
    for name, schema in validator.schemas.items():
        _write_list(schema, name, validations)
    fields = [str(capfirst(model._meta.get_field(name).verbose_name)) for name in (*columns, *edit.lists)]
    LogEntry.objects.log_actions(user.pk, records, CHANGE, change_message=[{"changed": {"fields": fields}}])
    recorder.write()


def _write_list(schema: ManyToManySchema, name: str, validations: list[RowValidation]) -> None:
    removed = {key for each in validations for key in each.removed[name]}
    if removed:
        records = [each.record.pk for each in validations if each.removed[name]]
        rows = schema.through._base_manager
        rows.filter(pk_in(records, schema.own), Q(pk_in(removed, schema.other.attname))).delete()
    schema.through._base_manager.bulk_create(
        (
            schema.through(**{schema.own: each.record.pk, schema.other.attname: key})
            for each in validations
            for key in sorted(each.added[name])
        ),
        batch_size=ROW_BATCH,
    )


PREVIEW, APPLY = "_preview", "_apply"


@admin.action(description=gettext_lazy("Edit selected …"), permissions=["change"])
def edit_many(model_admin, request: HttpRequest, queryset: RecordQuerySet) -> HttpResponse | None:
    """Edits all selected records after a preview."""
    keys = list(queryset.order_by("slug").values_list("pk", flat=True))
    if exceeds_limit(request, len(keys)):
        return None
    is_submitted = not {PREVIEW, APPLY}.isdisjoint(request.POST)
    form = BulkEditForm(model_admin, request, request.POST if is_submitted else None)
    summary = None
    if is_submitted and form.is_valid():
        validator = BulkEditValidator(model_admin, request, form.edit())
        if APPLY in request.POST and _apply_edit(request, validator, form, keys):
            return None
        summary = preview(validator, keys)
    return _page(model_admin, request, form, keys, summary)


def _apply_edit(
    request: HttpRequest, validator: BulkEditValidator, form: BulkEditForm, keys: list[int]
) -> bool:
    """Applies the edit and reports the outcome; False, with a warning, if the preview is stale."""
    posted, reason = _posted_preview(request), form.cleaned_data["reason"]
    try:
        summary = apply(validator, keys, user=request.user, reason=reason, posted_preview=posted)
    except Refused as refused:
        messages.warning(request, str(refused))
        return False
    _report_outcome(request, summary)
    return True


def _posted_preview(request: HttpRequest) -> Preview:
    return Preview(request, (PREVIEW, APPLY))


def _page(
    model_admin, request, form: BulkEditForm, keys: list[int], summary: BulkEditSummary | None
) -> HttpResponse:
    preview_token = _posted_preview(request)
    title = ngettext("Edit %d record", "Edit %d records", len(keys)) % len(keys)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "form": form,
        "summary": summary,
        "fingerprint": preview_token.fingerprint(summary.fingerprint) if summary else "",
        "refusal_list": refusal_list(summary.refusals, more=summary.more_refused) if summary else "",
        "hidden_fields": hidden_fields(request, "edit_many"),
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/curation/bulk_edit/edit.html", context)


def _report_outcome(request: HttpRequest, summary: BulkEditSummary) -> None:
    if summary.changed:
        text = _("%(records)s: changed.")
        messages.success(request, text % {"records": count_label(summary.changed)})
    if summary.unchanged:
        text = _("%(records)s: already set; not changed.")
        messages.info(request, text % {"records": count_label(summary.unchanged)})
    if summary.refused:
        heading = _("%(records)s not changed:") % {"records": count_label(summary.refused)}
        reasons = refusal_list(summary.refusals, more=summary.more_refused)
        messages.error(request, format_html("{}{}", heading, reasons))
