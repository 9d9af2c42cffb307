"""The page on which a curator compares two records and merges them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sco_cities.curation.admin.admin_urls import change_url
from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.curation.admin.messages import name_list
from sco_cities.curation.admin.pages import admin_page_view, render_admin_page
from sco_cities.curation.duplicates.lookups import model_or_404, pair_or_404
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.history.permissions import MERGE_RECORDS
from sco_cities.history.versions import versions
from sco_cities.sources.base_models import Record

from . import apply
from .comparison import ComparisonLine
from .plan import MergePlan, plan

STAYS, GOES = "stays", "goes"
# A message names so much of what was dropped.
MAX_NAMED = 10
MAX_REASON_LENGTH = 500


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page_view(MERGE_RECORDS)
def merge_records(request: HttpRequest, collection: str, stays: str, goes: str) -> HttpResponse:
    """Two records side by side, and what a merge does; sent back, it is done."""
    model = model_or_404(request, collection)
    both = pair_or_404(request, model, stays, goes)
    planned = plan(*both)
    choices = [line for line in planned.lines if _may_choose(request, line)]
    if request.method == "POST":
        try:
            merged = apply.merge(
                model,
                both[0].pk,
                both[1].pk,
                user=request.user,
                reason=_sent_reason(request) or _usual_reason(*both),
                taken=_taken(request, planned, choices),
                seen=(_sent_version(request, STAYS), _sent_version(request, GOES)),
            )
        except apply.MergeRefused as refused:
            for reason in refused.reasons:
                messages.error(request, reason)
            return _page(request, planned, choices)
        _tell(request, merged, both[1])
        return HttpResponseRedirect(change_url(merged.record))
    return _page(request, planned, choices)


def _page(request: HttpRequest, planned: MergePlan, choices: list[ComparisonLine]) -> HttpResponse:
    stays, goes = planned.stays, planned.goes
    model, wanted = type(stays), _taken(request, planned, choices)
    now = versions(model, (stays.pk, goes.pk))
    return render_admin_page(
        request,
        "admin/curation/duplicates/merge.html",
        _("Merge two records: %(kind)s") % {"kind": model._meta.verbose_name},
        plan=planned,
        lines=[(line, line in choices, line.name in wanted) for line in planned.lines],
        versions={STAYS: now[stays.pk], GOES: now[goes.pk]},
        collection=model.collection,
        reason=_sent_reason(request),
    )


def _may_choose(request: HttpRequest, line: ComparisonLine) -> bool:
    """Whether the curator says whose value is kept; who publishes says so of the state."""
    return line.is_choice and (line.name != "state" or object_permissions(request).reviews)


def _taken(request: HttpRequest, planned: MergePlan, choices: list[ComparisonLine]) -> set[str]:
    """The fields whose value is that of the record that goes, as sent or as usual."""
    usual = {line.name for line in planned.lines if line.takes_other}
    for line in choices:
        chosen = request.POST.get(f"value:{line.name}", "")
        if chosen == GOES:
            usual.add(line.name)
        elif chosen == STAYS:
            usual.discard(line.name)
    return usual


def _sent_version(request: HttpRequest, which: str) -> int:
    """The version that was looked at; none that can be where what was sent is no number."""
    sent = request.POST.get(f"version-{which}", "")
    return int(sent) if is_key(sent) else -1


def _sent_reason(request: HttpRequest) -> str:
    # PostgreSQL stores no NUL.
    return request.POST.get("reason", "").replace("\0", "").strip()[:MAX_REASON_LENGTH]


def _usual_reason(stays: Record, goes: Record) -> str:
    return _("“%(goes)s” is a duplicate of “%(stays)s”.") % {"goes": goes.slug, "stays": stays.slug}


def _tell(request: HttpRequest, merged: apply.MergeResult, goes: Record) -> None:
    said = _("“{goes}” was merged into “{stays}”; its address now redirects here.")
    done = format_html(said, goes=goes, stays=merged.record)
    undoing = reverse("admin:take_back", args=[merged.change_set.pk])
    messages.success(request, format_html('{} <a href="{}">{}</a>', done, undoing, _("Revert change")))
    if merged.told:
        dropped = name_list(merged.told[:MAX_NAMED], more=len(merged.told) - MAX_NAMED)
        messages.warning(request, format_html("{}{}", _("Notes on the merge:"), dropped))
