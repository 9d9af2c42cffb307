"""Admin pages that preview and carry out a revert."""

from itertools import groupby
from operator import attrgetter

from django import forms
from django.contrib import messages
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sco_cities.accounts.second_factor.views import page_for_code
from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.core.exceptions import Refused
from sco_cities.history.diff_display import revision_lines
from sco_cities.history.models import REVERT_CHANGES, Action, ChangeSet, RevertJob, Revision
from sco_cities.history.references import model_of
from sco_cities.history.serialization import document_schema
from sco_cities.history.views import change_summaries
from sco_cities.i18n.punctuation import semicolon_list
from sco_cities.sources.evidence_coverage import field_list

from . import background_revert, revert, revert_plan
from .changed_values import CONFIRMATION_LABEL
from .preview import ReasonField

# Maximum number of records shown in a preview. Further records are only counted.
MAX_PREVIEW_STEPS = 50


class RevertForm(forms.Form):
    """The revert form, with a reason and options to include later changes and to confirm existing evidence."""

    reason = ReasonField(label=gettext_lazy("Reason for reverting"))
    later_too = forms.BooleanField(
        label=gettext_lazy("Also revert later changes"), label_suffix="", required=False
    )
    evidence_stands = forms.BooleanField(
        label=CONFIRMATION_LABEL,
        label_suffix="",
        required=False,
        help_text=gettext_lazy(
            "Required only if the revert restores a value of a published record without the evidence for it."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)
    # True if the revert was rejected because the existing evidence must be confirmed.
    needs_confirmation = False


@admin_page_view(REVERT_CHANGES, posts=True)
def revert_change_set(request: HttpRequest, number: int) -> HttpResponse:
    """Previews and carries out the revert of a change set, or of a single record or field."""
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
    """Returns the revisions and fields selected by the query string. None stands for all fields."""
    revisions = change_set.revisions.all()
    if key := request.GET.get("revision"):
        revisions = revisions.filter(pk=key) if is_key(key) else revisions.none()
    fields = request.GET.getlist("field") or None
    if not revisions.exists() or (fields and not _can_revert_fields(fields, revisions)):
        raise Http404(_("There is no such change."))
    return revisions, fields


def _can_revert_fields(fields: list[str], revisions: QuerySet[Revision]) -> bool:
    """Returns True if `fields` can be reverted separately. A creation or deletion can only be reverted completely."""
    groups = set(revisions.order_by().values_list("content_type", "action").distinct())
    known = {name for kind, _action in groups for name in document_schema(model_of(kind)).blank()}
    return known.issuperset(fields) and {action for _content_type, action in groups} == {Action.CHANGED}


def _latest_revision() -> int:
    """Returns the key of the newest revision, or 0."""
    return Revision.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _revert(request, revisions, change_set: ChangeSet, fields, form: RevertForm) -> HttpResponse | None:
    if background_revert.is_large(revisions):
        language = get_language() or "en"
        job = background_revert.enqueue(
            change_set, fields=fields, made_by=request.user, language=language, **form.cleaned_data
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
        # The form must contain the key of the newest revision, because the response shows a new preview.
        form.data = form.data.copy()
        form.data["seen"] = str(_latest_revision())
        return None
    if result is None:
        messages.info(request, _("There was nothing left to revert."))
        return redirect("admin:change_set", change_set.pk)
    link = format_html(
        '<a href="{}">{}</a>', reverse("admin:change_set", args=[result.pk]), _("Show the changes")
    )
    summary = change_summaries([result.pk])[result.pk]
    records = semicolon_list(map(str, summary.records)) or summary.counts
    text = format_html(_("Reverted. {records}. {link}"), records=records, link=link)
    messages.success(request, text)
    return redirect("admin:change_set", result.pk)


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
    # For many records, it is faster to count outcomes than to read every document.
    counts = (
        revert_plan.outcomes(revisions, fields=fields)
        if steps[MAX_PREVIEW_STEPS:]
        else revert_plan.summary(steps)
    )
    del steps[MAX_PREVIEW_STEPS:]
    for model, of_model in groupby(steps, key=attrgetter("model")):
        revert_plan.find_values_without_evidence(model, of_model)
    lines = revision_lines([(step.model, step.changes) for step in steps])
    lacking = [field_list(step.model, sorted(step.lack)) for step in steps]
    more = counts.total() - len(steps)
    is_one = counts.total() == 1
    # Records that have changed again can be reverted if later changes are included.
    idle = {revert_plan.RevertOutcome.NOTHING_LEFT, revert_plan.RevertOutcome.DELETED_SINCE}
    can_revert = any(number for outcome, number in counts.items() if outcome not in idle)
    title = _("Revert the change to %(record)s") % {"record": steps[0].name} if is_one else _("Revert change")
    return render_admin_page(
        request, "admin/history/revert.html", title, change_set=change_set, form=form,
        steps=list(zip(steps, lines, lacking, strict=True)),
        counts=[(outcome.label, counts[outcome]) for outcome in revert_plan.RevertOutcome if counts[outcome]],
        more=more, can_revert=can_revert, fields=fields,
        asks_evidence=any(lacking) or more or form.needs_confirmation,
    )  # fmt: skip
