"""The action "Edit these …" of every list of records."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.curation.admin.limits import exceeds_limit
from sco_cities.curation.admin.messages import count_label, refusal_list
from sco_cities.curation.admin.preview_token import Preview, StalePreview
from sco_cities.sources.querysets import RecordQuerySet

from .apply import apply, preview
from .forms import BulkEditForm
from .summary import BulkEditSummary
from .validation import BulkEditValidator

PREVIEW, APPLY = "_preview", "_apply"


@admin.action(description=gettext_lazy("Edit selected …"), permissions=["change"])
def edit_many(model_admin, request: HttpRequest, queryset: RecordQuerySet) -> HttpResponse | None:
    """Sets, adds and removes the same in all records that are chosen, once the curator has seen what comes of it."""
    keys = list(queryset.order_by("slug").values_list("pk", flat=True))
    if exceeds_limit(request, len(keys)):
        return None
    is_sent = not {PREVIEW, APPLY}.isdisjoint(request.POST)
    form = BulkEditForm(model_admin, request, request.POST if is_sent else None)
    summary = None
    if is_sent and form.is_valid():
        examiner = BulkEditValidator(model_admin, request, form.edit())
        if APPLY in request.POST and _apply_edit(request, examiner, form, keys):
            return None
        summary = preview(examiner, keys)
    return _page(model_admin, request, form, keys, summary)


def _apply_edit(
    request: HttpRequest, examiner: BulkEditValidator, form: BulkEditForm, keys: list[int]
) -> bool:
    """Makes the edit and tells what came of it; False where it is not what the curator has looked at."""
    seen, reason = _seen(request), form.cleaned_data["reason"]
    try:
        summary = apply(examiner, keys, user=request.user, reason=reason, seen=seen)
    except StalePreview:
        seen.tell_changed()
        return False
    _report_outcome(request, summary)
    return True


def _seen(request: HttpRequest) -> Preview:
    return Preview(request, (PREVIEW, APPLY))


def _page(
    model_admin, request, form: BulkEditForm, keys: list[int], summary: BulkEditSummary | None
) -> HttpResponse:
    everything = request.POST.get("select_across", "0")
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
    title = ngettext("Edit %d record", "Edit %d records", len(keys)) % len(keys)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "form": form,
        "summary": summary,
        "seen": _seen(request).fingerprint(summary.fingerprint) if summary else "",
        "refused": refusal_list(summary.named, more=summary.unnamed) if summary else "",
        "carried": [
            ("action", "edit_many"),
            ("select_across", everything),
            # Where all that match were chosen, one of them stands for them.
            *((ACTION_CHECKBOX_NAME, key) for key in (chosen[:1] if everything == "1" else chosen)),
        ],
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/curation/bulk_edit/edit.html", context)


def _report_outcome(request: HttpRequest, summary: BulkEditSummary) -> None:
    if summary.changed:
        text = _("%(records)s: changed.")
        messages.success(request, text % {"records": count_label(summary.changed)})
    if summary.same:
        text = _("%(records)s: already set; not changed.")
        messages.info(request, text % {"records": count_label(summary.same)})
    if summary.refused:
        heading = _("%(records)s not changed:") % {"records": count_label(summary.refused)}
        reasons = refusal_list(summary.named, more=summary.unnamed)
        messages.error(request, format_html("{}{}", heading, reasons))
