"""The admin action "Edit selected …", which every list of records offers."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.admin_framework.site import exceeds_limit
from sco_cities.changes.preview import Preview, hidden_fields
from sco_cities.core.exceptions import Refused
from sco_cities.curation.admin.messages import count_label, refusal_list
from sco_cities.curation.review import record_edits
from sco_cities.curation.review.record_edits import BulkEditSummary, BulkEditValidator, apply
from sco_cities.db.pk_queries import batches
from sco_cities.sources.querysets import RecordQuerySet

from .forms import BulkEditForm

PREVIEW, APPLY = "_preview", "_apply"


@admin.action(description=gettext_lazy("Edit selected …"), permissions=["change"])
def edit_many(model_admin, request: HttpRequest, queryset: RecordQuerySet) -> HttpResponse | None:
    """Shows a preview of an edit of all selected records, then applies it."""
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
        summary = BulkEditSummary(validator.edit)
        for batch in batches(keys, record_edits.BATCH):
            summary.add(validator.validate(validator.records(batch)))
    return _page(model_admin, request, form, keys, summary)


def _apply_edit(
    request: HttpRequest, validator: BulkEditValidator, form: BulkEditForm, keys: list[int]
) -> bool:
    """Applies the edit and reports the outcome. If the preview is outdated, adds a warning and returns False."""
    posted, reason = Preview(request, (PREVIEW, APPLY)), form.cleaned_data["reason"]
    try:
        summary = apply({validator: keys}, user=request.user, reason=reason, posted_preview=posted)
    except Refused as refused:
        messages.warning(request, str(refused))
        return False
    _report_outcome(request, summary)
    return True


def _page(
    model_admin, request, form: BulkEditForm, keys: list[int], summary: BulkEditSummary | None
) -> HttpResponse:
    preview_token = Preview(request, (PREVIEW, APPLY))
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
        text = _("%(records)s: these values were already set, so nothing was changed.")
        messages.info(request, text % {"records": count_label(summary.unchanged)})
    if summary.refused:
        heading = _("%(records)s not changed:") % {"records": count_label(summary.refused)}
        reasons = refusal_list(summary.refusals, more=summary.more_refused)
        messages.error(request, format_html("{}{}", heading, reasons))
