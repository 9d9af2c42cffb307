"""The action "Edit these …" of every list of records."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.curation.admin.limits import are_too_many
from sco_cities.curation.admin.messages import counted, refusals
from sco_cities.curation.admin.preview_token import ChangedMeanwhile, Preview
from sco_cities.sources.querysets import RecordQuerySet

from .apply import carry_out, preview
from .forms import BulkForm
from .summary import Summary
from .validation import Examiner

PREVIEW, APPLY = "_preview", "_apply"


@admin.action(description=gettext_lazy("Edit these …"), permissions=["change"])
def edit_many(model_admin, request: HttpRequest, queryset: RecordQuerySet) -> HttpResponse | None:
    """Sets, adds and removes the same in all records that are chosen, once the curator has seen what comes of it."""
    keys = list(queryset.order_by("slug").values_list("pk", flat=True))
    if are_too_many(request, len(keys)):
        return None
    is_sent = not {PREVIEW, APPLY}.isdisjoint(request.POST)
    form = BulkForm(model_admin, request, request.POST if is_sent else None)
    summary = None
    if is_sent and form.is_valid():
        examiner = Examiner(model_admin, request, form.edit())
        if APPLY in request.POST and _carry_out(request, examiner, form, keys):
            return None
        summary = preview(examiner, keys)
    return _page(model_admin, request, form, keys, summary)


def _carry_out(request: HttpRequest, examiner: Examiner, form: BulkForm, keys: list[int]) -> bool:
    """Makes the edit and tells what came of it; False where it is not what the curator has looked at."""
    seen, reason = _seen(request), form.cleaned_data["reason"]
    try:
        summary = carry_out(examiner, keys, user=request.user, reason=reason, seen=seen)
    except ChangedMeanwhile:
        seen.tell_changed()
        return False
    _tell(request, summary)
    return True


def _seen(request: HttpRequest) -> Preview:
    return Preview(request, (PREVIEW, APPLY))


def _page(model_admin, request, form: BulkForm, keys: list[int], summary: Summary | None) -> HttpResponse:
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
        "refused": refusals(summary.named, more=summary.unnamed) if summary else "",
        "carried": [
            ("action", "edit_many"),
            ("select_across", everything),
            # Where all that match were chosen, one of them stands for them.
            *((ACTION_CHECKBOX_NAME, key) for key in (chosen[:1] if everything == "1" else chosen)),
        ],
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/curation/bulk_edit/edit.html", context)


def _tell(request: HttpRequest, summary: Summary) -> None:
    if summary.changed:
        text = _("%(records)s: changed.")
        messages.success(request, text % {"records": counted(summary.changed)})
    if summary.same:
        text = _("%(records)s: so already, and left as they are.")
        messages.info(request, text % {"records": counted(summary.same)})
    if summary.refused:
        heading = _("%(records)s not changed:") % {"records": counted(summary.refused)}
        reasons = refusals(summary.named, more=summary.unnamed)
        messages.error(request, format_html("{}{}", heading, reasons))
