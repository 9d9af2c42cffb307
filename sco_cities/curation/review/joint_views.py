"""The page for reviewing, publishing or sending back all records of one report or one change together."""

from collections import defaultdict

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sco_cities.admin_framework.admin_urls import is_key, page_to_return_to, query_without_page
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.curation.permissions.object_permissions import ADD_EVIDENCE, object_permissions
from sco_cities.history.models import ChangeSet
from sco_cities.sources.base_models import PublicationState, Record, record_model, record_models
from sco_cities.sources.models import Report

from . import state_actions
from .joint_review import joint_entries, kinds_of, waiting_of_change, waiting_of_report
from .queue import mark_all_seen, review_entries
from .state_actions import ReasonForm
from .transitions import TRANSITIONS

PER_PAGE = 100
# The transitions that the page offers.
DECISIONS = ("publish", "send_to_review", "send_back")
# The submitted version of each record, by model and primary key.
Versions = dict[type[Record], dict[int, int]]


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page_view(ADD_EVIDENCE)
def review_together(request: HttpRequest, source: str, key: int) -> HttpResponse:
    """Reviews the waiting records of a report or a change together, with checkboxes and shared transitions."""
    title, waiting = waiting_records(source, key)
    reason_form = ReasonForm("send_back")
    if request.method == "POST":
        if request.POST.get("decision") == "send_back":
            reason_form = ReasonForm("send_back", request.POST)
        if _decide(request, reason_form):
            return HttpResponseRedirect(_next_url(request, waiting))
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    entries = joint_entries(review_entries(page, request.user))
    states = {each.record.state for each in entries}
    return render_admin_page(
        request,
        "admin/curation/review/together.html",
        title,
        subtitle=_("Review together"),
        entries=entries,
        page=page,
        query=query_without_page(request),
        source=source,
        key=key,
        kinds=kinds_of(each.record for each in entries),
        ticked=request.POST.getlist("record") if request.method == "POST" else None,
        can_review=object_permissions(request).can_review,
        has_drafts=PublicationState.DRAFT in states,
        has_records_in_review=PublicationState.IN_REVIEW in states,
        reason_form=reason_form,
    )


def waiting_records(source: str, key: int) -> tuple[str, QuerySet]:
    """Returns the title of the page, and (kind, key) of the waiting records."""
    if source == "report":
        report = get_object_or_404(Report, pk=key)
        return str(report), waiting_of_report(report)
    if source == "change":
        change = get_object_or_404(ChangeSet, pk=key)
        return str(change), waiting_of_change(change)
    raise Http404(_("There is no such page."))


def _decide(request: HttpRequest, reason_form: ReasonForm) -> bool:
    """Applies the submitted transition to the ticked records. Returns True if a record has changed."""
    name = request.POST.get("decision", "")
    if name not in DECISIONS:
        raise Http404(_("There is no such decision."))
    reason = ""
    if TRANSITIONS[name].requires_reason:
        if not reason_form.is_valid():
            return False
        reason = reason_form.cleaned_data["reason"]
    versions = _ticked(request.POST.getlist("record"))
    by_admin = {admin.site.get_model_admin(model): some for model, some in versions.items()}
    if not all(model_admin.has_change_permission(request) for model_admin in by_admin):
        raise PermissionDenied
    if not by_admin:
        state_actions.report_nothing_ticked(request)
        return False
    outcome = state_actions.transition_records(request, by_admin, TRANSITIONS[name], reason)
    state_actions.report_outcome(request, TRANSITIONS[name], outcome)
    for model, changed in outcome.changed_keys.items():
        mark_all_seen(model, changed, request.user)
    return bool(outcome.changed)


def _ticked(tokens: list[str]) -> Versions:
    """Returns the versions of the ticked records. Reports come first, because they are published first."""
    posted: Versions = defaultdict(dict)
    for token in tokens:
        collection, _colon, numbers = token.partition(":")
        key, _colon, version = numbers.partition(":")
        model = record_model(collection)
        if model is None or not is_key(key) or not is_key(version):
            raise Http404(_("There is no such record."))
        posted[model][int(key)] = int(version)
    return {model: posted[model] for model in record_models() if model in posted}


def _next_url(request: HttpRequest, waiting: QuerySet) -> str:
    """Returns this page's URL while records are waiting, otherwise the page that linked to it, or the queue."""
    if waiting.exists():
        return request.get_full_path()
    own_page = "admin:review" if object_permissions(request).can_review else "admin:my_records"
    return page_to_return_to(request) or reverse(own_page)
