"""The desk of the history: change sets, what each did, what was deleted, and taking it back."""

from collections import defaultdict

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.curation.admin.pages import admin_page_view, render_admin_page
from sco_cities.db.pk_filter import pk_in
from sco_cities.jobs.job_lock import Job, rows_done

from . import background_revert, revert, revert_plan
from .diff_display import revision_lines
from .filters import ChangeSetFilter
from .models import Action, ChangeSet, RevertJob, Revision
from .permissions import REVERT_CHANGES
from .record_history import history_entries
from .serialization import document_schema

SETS_AT_ONCE = 50
REVISIONS_AT_ONCE = 50
# A preview shows so many records one by one, and of all of them how many there are.
STEPS_SHOWN = 50


@require_safe
@admin_page_view(REVERT_CHANGES)
def changes(request: HttpRequest) -> HttpResponse:
    """The change sets, newest first."""
    filters = ChangeSetFilter(request.GET, ChangeSet.objects.select_related("reverts"))
    page = Paginator(filters.found, SETS_AT_ONCE).get_page(request.GET.get("page"))
    counts = _counts([each.pk for each in page])
    return render_admin_page(
        request, "admin/history/changes.html", _("History"), filters=filters, page=page,
        query=_query(request), sets=[(each, counts[each.pk]) for each in page],
    )  # fmt: skip


def _counts(change_sets: list[int]) -> dict[int, list[str]]:
    """By change set, how many records of which kind were created, changed and deleted."""
    found = defaultdict(list)
    grouped = Revision.objects.filter(change_set__in=change_sets).order_by("content_type", "action")
    for key, kind, action, number in grouped.values_list("change_set", "content_type", "action").annotate(
        Count("pk")
    ):
        kinds = ContentType.objects.get_for_id(kind).model_class()._meta.verbose_name_plural
        said = _("%(kinds)s: %(number)d %(done)s")
        found[key].append(said % {"kinds": kinds, "number": number, "done": Action(action).label})
    return found


def _query(request: HttpRequest) -> str:
    """The query string without the page."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


@require_safe
@admin_page_view(REVERT_CHANGES)
def change_set(request: HttpRequest, number: int) -> HttpResponse:
    """What a change set did, record by record."""
    made = get_object_or_404(ChangeSet.objects.select_related("reverts"), pk=number)
    revisions = made.revisions.select_related("content_type", "change_set").order_by("pk")
    page = Paginator(revisions, REVISIONS_AT_ONCE).get_page(request.GET.get("page"))
    return render_admin_page(
        request, "admin/history/change_set.html", str(made), made=made, page=page, told=history_entries(list(page)),
        counts=_counts([made.pk])[made.pk], reverted_by=made.reverted_by.order_by("pk"),
        taking=background_revert.latest_job(made),
    )  # fmt: skip


@require_safe
@admin_page_view(REVERT_CHANGES)
def deleted(request: HttpRequest) -> HttpResponse:
    """The records that are not there any more, last deleted first; narrowed to those with a text in the slug."""
    slug = request.GET.get("slug", "").replace("\0", "").strip()[:80]
    going = Revision.objects.filter(action=Action.DELETED).select_related("change_set", "content_type")
    if slug:
        going = going.filter(slug__contains=slug.lower())
    page = Paginator(going, REVISIONS_AT_ONCE).get_page(request.GET.get("page"))
    there = _existing_keys(list(page))
    return render_admin_page(
        request, "admin/history/deleted.html", _("Deleted records"), page=page, slug=slug,
        query=_query(request), entries=[(each, each.pk in there) for each in page],
    )  # fmt: skip


def _existing_keys(revisions: list[Revision]) -> set[int]:
    """Those of the revisions whose record is there, for it was brought back."""
    keys = defaultdict(set)
    for each in revisions:
        keys[each.content_type.model_class()].add(each.object_id)
    there = {
        (model, pk)
        for model, some in keys.items()
        for pk in model._base_manager.filter(pk_in(some)).values_list("pk", flat=True)
    }
    return {each.pk for each in revisions if (each.content_type.model_class(), each.object_id) in there}


class RevertForm(forms.Form):
    """Why something is taken back, and whether what has changed since is too."""

    reason = forms.CharField(
        label=gettext_lazy("Reason for reverting"),
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    later_too = forms.BooleanField(label=gettext_lazy("Also revert later changes"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page_view(REVERT_CHANGES)
def revert_change_set(request: HttpRequest, number: int) -> HttpResponse:
    """A preview of taking back a change set, what it did to one record, or to one field; and doing it."""
    made = get_object_or_404(ChangeSet, pk=number)
    revisions, fields = _selected_fields(request, made)
    if request.method == "POST":
        form = RevertForm(request.POST)
        if form.is_valid():
            done = _revert(request, revisions, made, fields, form)
            if done is not None:
                return done
    else:
        form = RevertForm(initial={"seen": _newest()})
    return _preview(request, made, revisions, fields, form)


def _selected_fields(request: HttpRequest, made: ChangeSet):
    """The revisions that the address speaks of, and the fields, None for all of them."""
    revisions = made.revisions.all()
    if wanted := request.GET.get("revision"):
        revisions = revisions.filter(pk=wanted) if is_key(wanted) else revisions.none()
    fields = request.GET.getlist("field") or None
    if not revisions.exists() or (fields and not _are_changed(fields, revisions)):
        raise Http404(_("There is no such change."))
    return revisions, fields


def _are_changed(fields: list[str], revisions: QuerySet[Revision]) -> bool:
    """Whether these are fields of records that were changed: one that was created or deleted is so as a whole."""
    kinds = set(revisions.order_by().values_list("content_type", "action").distinct())
    forms = [document_schema(ContentType.objects.get_for_id(kind).model_class()) for kind, _action in kinds]
    known = {name for form in forms for name in form.blank()}
    return known.issuperset(fields) and {action for _kind, action in kinds} == {Action.CHANGED}


def _newest() -> int:
    """The number of the newest revision: a preview shows nothing that comes after it."""
    return Revision.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _revert(request, revisions, made: ChangeSet, fields, form: RevertForm) -> HttpResponse | None:
    if background_revert.is_large(revisions):
        taking = background_revert.enqueue(
            made, fields=fields, made_by=request.user, language=get_language() or "en", **form.cleaned_data
        )
        if taking is None:
            form.add_error(None, _("This change is already being reverted."))
            return None
        return redirect("admin:being_taken_back", taking.pk)
    try:
        done = revert.revert(
            revisions, user=request.user, reason=form.cleaned_data["reason"], reverts=made, fields=fields,
            later_too=form.cleaned_data["later_too"], seen=form.cleaned_data["seen"],
        )  # fmt: skip
    except revert.RevertRefused as refused:
        for reason in refused.reasons:
            form.add_error(None, reason)
        # The page shows the preview anew.
        form.data = form.data.copy()
        form.data["seen"] = str(_newest())
        return None
    if done is None:
        messages.info(request, _("There was nothing left to revert."))
        return redirect("admin:change_set", made.pk)
    link = format_html(
        '<a href="{}">{}</a>', reverse("admin:change_set", args=[done.pk]), _("Show the changes")
    )
    counted = done.revisions.count()
    messages.success(request, format_html("{} {}.", _("Reverted; records changed: %d.") % counted, link))
    return redirect("admin:change_set", done.pk)


@require_safe
@admin_page_view(REVERT_CHANGES)
def revert_progress(request: HttpRequest, number: int) -> HttpResponse:
    """How far a large change set has been taken back, and what came of it."""
    taking = get_object_or_404(RevertJob.objects.select_related("change_set", "result"), pk=number)
    background_revert.status_message(taking)
    return render_admin_page(
        request, "admin/history/revert_progress.html", _("Revert change"), taking=taking,
        made=taking.change_set, done=rows_done(Job.of(taking), taking.done) if taking.is_at_work else taking.done,
    )  # fmt: skip


def _preview(request, made: ChangeSet, revisions, fields, form: RevertForm) -> HttpResponse:
    shown = revert_plan.preview_steps(revisions, STEPS_SHOWN + 1, fields=fields)
    # Of many records it is told more quickly what becomes of them than what they say.
    counts = (
        revert_plan.outcomes(revisions, fields=fields) if shown[STEPS_SHOWN:] else revert_plan.summary(shown)
    )
    del shown[STEPS_SHOWN:]
    lines = revision_lines([(step.model, step.changes) for step in shown])
    return render_admin_page(
        request, "admin/history/revert.html", _("Revert change"), made=made, form=form,
        steps=list(zip(shown, lines, strict=True)),
        counts=[(outcome.label, counts[outcome]) for outcome in revert_plan.RevertOutcome if counts[outcome]],
        more=counts.total() - len(shown), can_be_done=_has_unreverted(counts), fields=fields,
    )  # fmt: skip


def _has_unreverted(counts) -> bool:
    """Whether there is something to take back, be it only with what has changed since."""
    idle = {revert_plan.RevertOutcome.UNDONE, revert_plan.RevertOutcome.GONE}
    return any(number for outcome, number in counts.items() if outcome not in idle)
