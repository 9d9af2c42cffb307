"""The History admin pages for change sets, their revisions, deleted records, and reverts with preview."""

from collections import defaultdict

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sco_cities.accounts.second_factor.code_entry import page_for_code
from sco_cities.admin_framework.admin_urls import query_without_page
from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.core.exceptions import Refused
from sco_cities.sources.base_models import record_model, record_models
from sco_cities.sources.evidence_coverage import field_list

from . import background_revert, revert, revert_plan
from .change_summary import change_summaries
from .changed_values import CONFIRMATION_LABEL
from .diff_display import revision_lines
from .models import REVERT_CHANGES, Action, ChangeSet, ChangeSource, RevertJob, Revision
from .reason_field import ReasonField
from .record_history import history_entries
from .references import model_of, records_of
from .serialization import document_schema

CHANGE_SETS_PER_PAGE = 50
REVISIONS_PER_PAGE = 50
# Maximum number of records that a preview shows in full. The others are only counted.
MAX_PREVIEW_STEPS = 50


def _kinds() -> list[tuple[str, str]]:
    return [(model.collection, capfirst(model._meta.verbose_name_plural)) for model in record_models()]


def _day(**attributes) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attributes}, format="%Y-%m-%d")


class ChangeSetFilterSet(django_filters.FilterSet):
    """Filters of change sets on the History page."""

    who = django_filters.CharFilter("made_by_name", "icontains", label=gettext_lazy("user"), max_length=150)
    how = django_filters.ChoiceFilter(
        "source", label=gettext_lazy("method"), choices=ChangeSource, empty_label=gettext_lazy("any method")
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("kind of record"),
        choices=_kinds,
        empty_label=gettext_lazy("all kinds"),
        method="filter_kind",
    )
    first = django_filters.DateFilter("made_at", "date__gte", label=gettext_lazy("from"), widget=_day())
    last = django_filters.DateFilter("made_at", "date__lte", label=gettext_lazy("until"), widget=_day())

    class Meta:
        model = ChangeSet
        fields = ()

    def filter_kind(self, change_sets: QuerySet, _name: str, collection: str) -> QuerySet:
        content_type = ContentType.objects.get_for_model(record_model(collection))
        return change_sets.filter(
            Exists(Revision.objects.filter(change_set=OuterRef("pk"), content_type=content_type))
        )

    @property
    def results(self) -> QuerySet[ChangeSet]:
        """The matching change sets, or none if a parameter is invalid."""
        return self.qs if not self.is_bound or self.is_valid() else self.queryset.none()


@require_safe
@admin_page_view(REVERT_CHANGES)
def changes(request: HttpRequest) -> HttpResponse:
    """Lists the change sets, newest first."""
    filters = ChangeSetFilterSet(request.GET, ChangeSet.objects.select_related("reverts"))
    page = Paginator(filters.results, CHANGE_SETS_PER_PAGE).get_page(request.GET.get("page"))
    summaries = change_summaries([change_set.pk for change_set in page])
    return render_admin_page(
        request, "admin/history/changes.html", _("History"), filters=filters, page=page,
        query=query_without_page(request), change_sets=[(change_set, summaries[change_set.pk]) for change_set in page],
    )  # fmt: skip


@require_safe
@admin_page_view(REVERT_CHANGES)
def change_set(request: HttpRequest, number: int) -> HttpResponse:
    """Lists the revisions of a change set."""
    change_set = get_object_or_404(ChangeSet.objects.select_related("reverts"), pk=number)
    revisions = change_set.revisions.with_send_backs().select_related("content_type", "change_set")
    revisions = revisions.order_by("pk")
    page = Paginator(revisions, REVISIONS_PER_PAGE).get_page(request.GET.get("page"))
    summary = change_summaries([change_set.pk])[change_set.pk]
    title = str(summary.records[0]) if summary.total == 1 else str(change_set)
    entries, stored = history_entries(list(page)), records_of(page)
    for entry in entries:
        entry.record = stored.get((entry.revision.content_type_id, entry.revision.object_id))
    if (job := change_set.revert_jobs.first()) is not None:
        job.mark_if_stopped()
    return render_admin_page(
        request, "admin/history/change_set.html", title, change_set=change_set, page=page,
        entries=entries, summary=summary,
        reverted_by=change_set.reverted_by.order_by("pk"), job=job,
    )  # fmt: skip


@require_safe
@admin_page_view(REVERT_CHANGES)
def deleted(request: HttpRequest) -> HttpResponse:
    """Lists deletions, newest first, filtered by part of the slug. The newest deletion of a record can be reverted."""
    slug = request.GET.get("slug", "").replace("\0", "").strip()[:80]
    deletions = Revision.objects.filter(action=Action.DELETED).select_related("change_set", "content_type")
    of_record = deletions.filter(content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))
    deletions = deletions.annotate(is_deleted_again=Exists(of_record.filter(pk__gt=OuterRef("pk"))))
    if slug:
        deletions = deletions.filter(slug__contains=slug.lower())
    page = Paginator(deletions, REVISIONS_PER_PAGE).get_page(request.GET.get("page"))
    existing = records_of(page, "pk")
    return render_admin_page(
        request, "admin/history/deleted.html", _("Deleted records"), page=page, slug=slug,
        query=query_without_page(request), entries=[
            (revision, (revision.content_type_id, revision.object_id) in existing) for revision in page
        ],
    )  # fmt: skip


class RevertForm(forms.Form):
    """The reason for a revert, whether later changes are included, and whether the existing evidence is confirmed."""

    reason = ReasonField(label=gettext_lazy("Reason for reverting"))
    later_too = forms.BooleanField(
        label=gettext_lazy("Also revert later changes"), label_suffix="", required=False
    )
    evidence_stands = forms.BooleanField(
        label=CONFIRMATION_LABEL,
        label_suffix="",
        required=False,
        help_text=gettext_lazy(
            "Required only if a published record gets back an earlier value without its earlier evidence."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)
    # True if the revert was rejected because the existing evidence was not confirmed.
    needs_confirmation = False


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page_view(REVERT_CHANGES)
def revert_change_set(request: HttpRequest, number: int) -> HttpResponse:
    """Previews and carries out the revert of a change set, of one of its records, or of one field."""
    change_set = get_object_or_404(ChangeSet, pk=number)
    revisions, fields = _selection(request, change_set)
    is_batch = len(revisions.values_list("pk")[:2]) > 1
    if is_batch and (page := page_for_code(request)):
        return page
    if request.method == "POST":
        form = RevertForm(request.POST)
        if form.is_valid():
            response = _revert(request, revisions, change_set, fields, form)
            if response is not None:
                return response
    else:
        form = RevertForm(initial={"seen": _latest_revision()})
    return _preview(request, change_set, revisions, fields, form)


def _selection(request: HttpRequest, change_set: ChangeSet):
    """The revisions and fields that the query string selects. The fields are None if all are selected."""
    revisions = change_set.revisions.all()
    if key := request.GET.get("revision"):
        revisions = revisions.filter(pk=key) if is_key(key) else revisions.none()
    fields = request.GET.getlist("field") or None
    if not revisions.exists() or (fields and not _can_revert_fields(fields, revisions)):
        raise Http404(_("There is no such change."))
    return revisions, fields


def _can_revert_fields(fields: list[str], revisions: QuerySet[Revision]) -> bool:
    """True if `fields` can be reverted separately. Created and deleted records can only be reverted as a whole."""
    groups = set(revisions.order_by().values_list("content_type", "action").distinct())
    known = {name for kind, _action in groups for name in document_schema(model_of(kind)).blank()}
    return known.issuperset(fields) and {action for _content_type, action in groups} == {Action.CHANGED}


def _latest_revision() -> int:
    """The key of the newest revision at the time of the preview."""
    return Revision.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _revert(request, revisions, change_set: ChangeSet, fields, form: RevertForm) -> HttpResponse | None:
    if background_revert.is_large(revisions):
        job = background_revert.enqueue(
            change_set,
            fields=fields,
            made_by=request.user,
            language=get_language() or "en",
            **form.cleaned_data,
        )
        if job is None:
            form.add_error(None, _("This change is already being reverted."))
            return None
        return redirect("admin:revert_progress", job.pk)
    try:
        result = revert.revert(
            revisions, user=request.user, reverts=change_set, fields=fields, **form.cleaned_data
        )
    except Refused as refused:
        form.add_error(None, list(map(str, refused.reasons)))
        form.needs_confirmation = refused.needs_confirmation
        # The page shows a new preview, so the form must refer to the current revision.
        form.data = form.data.copy()
        form.data["seen"] = str(_latest_revision())
        return None
    if result is None:
        messages.info(request, _("There was nothing left to revert."))
        return redirect("admin:change_set", change_set.pk)
    link = format_html(
        '<a href="{}">{}</a>', reverse("admin:change_set", args=[result.pk]), _("Show the changes")
    )
    text = format_html(
        _("Reverted. Records changed: {number}. {link}"), number=result.revisions.count(), link=link
    )
    messages.success(request, text)
    return redirect("admin:change_set", result.pk)


@require_safe
@admin_page_view(REVERT_CHANGES)
def revert_progress(request: HttpRequest, number: int) -> HttpResponse:
    """Shows the progress and the result of a background revert."""
    job = get_object_or_404(RevertJob.objects.select_related("change_set", "result"), pk=number)
    job.mark_if_stopped()
    return render_admin_page(
        request, "admin/history/revert_progress.html", _("Revert change"), job=job, change_set=job.change_set,
    )  # fmt: skip


def _preview(request, change_set: ChangeSet, revisions, fields, form: RevertForm) -> HttpResponse:
    steps = revert_plan.preview_steps(revisions, MAX_PREVIEW_STEPS + 1, fields=fields)
    # For many records, counting outcomes is faster than reading every document.
    counts = (
        revert_plan.outcomes(revisions, fields=fields)
        if steps[MAX_PREVIEW_STEPS:]
        else revert_plan.summary(steps)
    )
    del steps[MAX_PREVIEW_STEPS:]
    lines = revision_lines([(step.model, step.changes) for step in steps])
    lacking, more = _lacking_evidence(steps), counts.total() - len(steps)
    return render_admin_page(
        request, "admin/history/revert.html", _("Revert change"), change_set=change_set, form=form,
        steps=list(zip(steps, lines, lacking, strict=True)),
        counts=[(outcome.label, counts[outcome]) for outcome in revert_plan.RevertOutcome if counts[outcome]],
        more=more, can_revert=_has_unreverted(counts), fields=fields,
        asks_evidence=any(lacking) or more or form.needs_confirmation,
    )  # fmt: skip


def _lacking_evidence(steps: list[revert_plan.RecordRevert]) -> list[str]:
    """For each step, the values that would be left without evidence, as text."""
    by_model = defaultdict(list)
    for step in steps:
        by_model[step.model].append(step)
    values = {model: revert_plan.returning_values(model, of_model) for model, of_model in by_model.items()}
    return [
        field_list(step.model, sorted(values[step.model][step.key].lack))
        if step.key in values[step.model]
        else ""
        for step in steps
    ]


def _has_unreverted(counts) -> bool:
    """True if anything is left to revert, even if only together with later changes."""
    idle = {revert_plan.RevertOutcome.NOTHING_LEFT, revert_plan.RevertOutcome.DELETED_SINCE}
    return any(number for outcome, number in counts.items() if outcome not in idle)
