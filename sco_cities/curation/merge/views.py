"""The page that compares two records and merges them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from sco_cities.accounts.second_factor.views import require_recent_code
from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.changes.changed_values import CONFIRMATION_LABEL
from sco_cities.changes.preview import FINGERPRINT, fingerprint_of
from sco_cities.core.exceptions import Refused
from sco_cities.curation.admin.messages import name_list
from sco_cities.curation.duplicates.views import pair_or_404
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.history.models import MERGE_RECORDS, REVERT_CHANGES
from sco_cities.history.versions import versions
from sco_cities.sources.base_models import Record

from . import apply
from .plan import ComparisonLine, MergePlan, plan

# Values of the radio buttons.
TARGET, DUPLICATE = "stays", "goes"
# Maximum number of notes in the message after a merge.
MAX_NOTES = 10
MAX_REASON_LENGTH = 500


@admin_page_view(MERGE_RECORDS, posts=True)
@require_recent_code
def merge_records(request: HttpRequest, collection: str, target: str, duplicate: str) -> HttpResponse:
    """Compares two records and previews their merge on GET. Merges them on POST."""
    both = pair_or_404(request, collection, target, duplicate)
    merge_plan = plan(*both)
    # Choosing the publication state requires review permission.
    can_review = object_permissions(request).can_review
    choices = [line for line in merge_plan.lines if line.is_choice and (line.name != "state" or can_review)]
    if request.method == "POST":
        try:
            merged = apply.merge(
                type(both[0]),
                both[0].pk,
                both[1].pk,
                user=request.user,
                reason=_posted_reason(request) or _default_reason(*both),
                from_duplicate=_from_duplicate(request, merge_plan, choices),
                evidence_stands="evidence_stands" in request.POST,
                seen=request.POST.get(FINGERPRINT, ""),
            )
        except Refused as refused:
            for reason in refused.reasons:
                messages.error(request, reason)
            return _page(request, merge_plan, choices)
        _add_messages(request, merged)
        return HttpResponseRedirect(change_url(merged.target))
    return _page(request, merge_plan, choices)


def _page(request: HttpRequest, merge_plan: MergePlan, choices: list[ComparisonLine]) -> HttpResponse:
    target, duplicate = merge_plan.target, merge_plan.duplicate
    model, from_duplicate = type(target), _from_duplicate(request, merge_plan, choices)
    return render_admin_page(
        request,
        "admin/curation/merge/merge.html",
        _("Merge “%(duplicate)s” into “%(target)s”") % {"duplicate": duplicate, "target": target},
        plan=merge_plan,
        lines=[(line, line in choices, line.name in from_duplicate) for line in merge_plan.lines],
        fingerprint=fingerprint_of(versions(model, (target.pk, duplicate.pk))),
        collection=model.collection,
        reason=_posted_reason(request),
        evidence_label=CONFIRMATION_LABEL if target.is_published or duplicate.is_published else "",
    )


def _from_duplicate(request: HttpRequest, merge_plan: MergePlan, choices: list[ComparisonLine]) -> set[str]:
    """Returns the fields whose values come from the duplicate, as submitted or by default."""
    names = merge_plan.default_choices
    for line in choices:
        choice = request.POST.get(f"value:{line.name}", "")
        if choice == DUPLICATE:
            names.add(line.name)
        elif choice == TARGET:
            names.discard(line.name)
    return names


def _posted_reason(request: HttpRequest) -> str:
    # PostgreSQL cannot store NUL.
    return request.POST.get("reason", "").replace("\0", "").strip()[:MAX_REASON_LENGTH]


def _default_reason(target: Record, duplicate: Record) -> str:
    if not duplicate.is_published:
        # Readers see the reason, so it must not contain the name of an unpublished record.
        return _("An unpublished record was a duplicate of “%(target)s”.") % {"target": target}
    return _("“%(duplicate)s” is a duplicate of “%(target)s”.") % {"duplicate": duplicate, "target": target}


def _add_messages(request: HttpRequest, merged: MergePlan) -> None:
    message = (
        _("“{duplicate}” was merged into “{target}”; its address now redirects here.")
        if merged.target.is_published
        else _(
            "“{duplicate}” was merged into “{target}”; its address will redirect here once the record is published."
        )
    )
    text = format_html(message, duplicate=merged.duplicate, target=merged.target)
    if request.user.has_perm(REVERT_CHANGES):
        revert_url = reverse("admin:revert", args=[merged.change_set.pk])
        text = format_html('{} <a href="{}">{}</a>', text, revert_url, _("Revert change"))
    messages.success(request, text)
    if merged.notes:
        notes = name_list(merged.notes[:MAX_NOTES], more=len(merged.notes) - MAX_NOTES)
        messages.warning(request, format_html("{}{}", _("Notes on the merge:"), notes))
