"""Views for creating records from reports (list of intakes, form for a new report, intake page)."""

from collections import Counter
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.accounts.views import post_or_redirect
from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.core.exceptions import Refused
from sco_cities.curation.permissions.object_permissions import object_permissions
from sco_cities.history.models import REVIEW_RECORDS
from sco_cities.jobs.job_lock import JobAlreadyRunning, job_lock

from . import jobs
from .admin_pages import INTAKE, USE_INTAKE
from .forms import NewReportTextForm, ReportDetailsForm
from .known_names import suggested_names
from .language_model.anchors import answer_themes
from .language_model.chat import anchored_items, endpoint_host
from .models import ACCEPTED, DETAIL_FIELDS, MODELS, Intake, Proposal, TextSource
from .page.decision_posts import DecisionPost, field_text
from .page.labels import (
    CERTAINTIES,
    HAND_KINDS,
    KEYS,
    PostOutcome,
    counts_words,
    missing_details,
    status_message,
)
from .page.sections import IntakePage, ProposalRow
from .proposal_labels import ProposalLabels
from .proposals.report_proposals import propose_items
from .reception import clean_text, details_of, known_publishers, receive, text_of_upload
from .same_report import same_reports
from .writing.selection import effective_changes

PER_PAGE = 50


def intake_or_404(request: HttpRequest, number: int) -> Intake:
    """Returns the intake with this key, or raises Http404 if the user may not see it."""
    if not is_key(str(number)):
        raise Http404
    return get_object_or_404(
        Intake.objects.visible_to(request.user).select_related("report", "made_by"), pk=number
    )


@admin_page_view(USE_INTAKE)
def queue(request: HttpRequest) -> HttpResponse:
    """Lists the intakes, newest first, with the numbers of undecided, accepted and written proposals."""
    intakes = (
        Intake.objects.visible_to(request.user)
        .select_related("made_by", "report")
        .without_text()
        .with_open_count()
        .annotate(accepted_count=Count("proposals", filter=Q(proposals__status__in=ACCEPTED)))
        .order_by("-pk")
    )
    page = Paginator(intakes, PER_PAGE).get_page(request.GET.get("page"))
    # Counts the proposals written by changes that have not been reverted.
    written = Proposal.objects.filter(intake__in=list(page.object_list), change_set__isnull=False)
    pairs = list(written.order_by().values_list("intake", "change_set"))
    effective = effective_changes({change for _intake, change in pairs})
    written_counts = Counter(intake for intake, change in pairs if change in effective)
    for intake in page:
        intake.written_count = written_counts[intake.pk]
        intake.accepted_count -= intake.written_count
    return render_admin_page(
        request,
        "admin/intake/queue.html",
        INTAKE.title,
        page=page,
        sees_all=request.user.has_perm(REVIEW_RECORDS),
    )


@admin_page_view(USE_INTAKE, posts=True)
def add(request: HttpRequest) -> HttpResponse:
    """Shows and processes the form for a new report, pasted or uploaded."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewReportTextForm(*sent)
    if request.method == "POST" and form.is_valid():
        try:
            intake = _receive(form.cleaned_data, request.user)
        except Refused as error:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(error))
        else:
            jobs.read_intake(intake)
            return redirect("admin:intake_page", intake.pk)
    return render_admin_page(
        request,
        "admin/intake/add.html",
        _("New from a report"),
        form=form,
        keep_days=settings.INTAKE_KEEP_DAYS,
        language_model=endpoint_host(),
    )


def _receive(data: dict, user) -> Intake:
    details = {name: data[name] for name in DETAIL_FIELDS}
    origin: dict[str, str] = {}
    if data["file"]:
        upload = text_of_upload(data["file"].read(), data["file"].name)
        text, origin = upload.text, {"source": upload.source, "file_name": data["file"].name}
        details["title"] = details["title"] or upload.title
        details["published_on"] = details["published_on"] or upload.published_on
    else:
        text = clean_text(data["text"])
        origin = {"source": TextSource.PASTED}
    for name, detail in details_of(text, known_publishers()).items():
        details[name] = details[name] or detail
    return receive(text, user=user, **details, **origin)


@admin_page_view(USE_INTAKE, posts=True)
def intake_page(request: HttpRequest, number: int) -> HttpResponse:
    """Shows the passages of a report with their proposals. A POST saves decisions, summaries and details."""
    intake = intake_or_404(request, number)
    intake.mark_if_stopped()
    if request.method == "POST":
        return _save(request, intake)
    return _render(request, intake, request.GET.get("page", 1))


@admin_page_view(USE_INTAKE)
def names(request: HttpRequest) -> JsonResponse:
    """Returns names of known records of a kind that contain the typed text, as JSON."""
    kind = request.GET.get("kind", "")
    if kind not in MODELS:
        raise Http404
    return JsonResponse({"names": suggested_names(kind, field_text(request.GET.get("text", "")))})


def apply_input(request: HttpRequest, intake: Intake) -> PostOutcome:
    """Saves the submitted decisions and texts. If a part is rejected, the other parts are still saved."""
    # If the request fails, nothing is saved.
    with transaction.atomic():
        if not intake.lock_text():
            raise Http404(_("The text of this report has been deleted."))
        return DecisionPost(request, intake).apply()


def _save(request: HttpRequest, intake: Intake) -> HttpResponse:
    outcome = apply_input(request, intake)
    if request.headers.get("Accept") == "application/json":
        return _json(request, intake, outcome)
    if outcome.is_refused:
        for error in outcome.errors:
            messages.error(request, error)
        return _render(request, intake, request.POST.get("page", 1), outcome=outcome, status=409)
    if "_read" in request.POST:
        jobs.read_intake(intake)
    if "_write" in request.POST:
        return redirect("admin:intake_write", intake.pk)
    query = {"page": request.POST.get("page", "1")}
    if wants_doubtful(request):
        query["doubtful"] = "1"
    return redirect(f"{reverse('admin:intake_page', args=[intake.pk])}?{urlencode(query)}")


def wants_doubtful(request: HttpRequest) -> bool:
    return bool(request.GET.get("doubtful"))


def _json(request: HttpRequest, intake: Intake, outcome: PostOutcome) -> JsonResponse:
    """Returns the new counts, and the HTML of the decided rows and of other rows of the same records."""
    view = IntakePage(intake, object_permissions(request), doubtful=wants_doubtful(request), outcome=outcome)
    rows = rows_of_records(request, view, {*outcome.decided, *outcome.notes})
    passages = {each.passage for each in rows if each.passage}
    passages |= set(intake.passages.filter(pk__in=outcome.passages))
    sections = view.sections_of(list(passages))
    texts = {f"p{each.passage.number}-needed": each.needed for each in sections}
    texts["intake-counts"] = counts_words(view.counts)
    parts = {f"#p{each.passage.number} .words": each.html for each in sections}
    report = {"intake": intake, "missing_details": missing_details(intake)}
    parts[".report-details > summary"] = render_to_string("admin/intake/_report_summary.html", report)
    status = 409 if outcome.is_stale else 400 if outcome.is_refused else 200
    return JsonResponse(
        {
            "rows": [*rows.values()],
            "texts": texts,
            "parts": parts,
            "message": status_message(outcome, intake),
        },
        status=status,
    )


def rows_of_records(
    request: HttpRequest, view: IntakePage, keys: set[int], excluded: Q | None = None
) -> dict[Proposal, str]:
    """Maps the shown proposals of the records of the proposals `keys`, and of related records, to their HTML rows.

    Proposals that match `excluded` are skipped.
    """
    proposals = view.intake.proposals
    subject_keys = {
        subject or key for key, subject in proposals.filter(pk__in=keys).values_list("pk", "subject")
    }
    referring = set(proposals.filter(target__in=subject_keys).values_list("subject", flat=True))
    # Decisions on a record change values that refer to it, and the titles of initiatives with a city.
    changed = Q(pk__in=subject_keys | referring) | Q(subject__in=subject_keys) | Q(target__in=subject_keys)
    if excluded is not None:
        changed &= ~excluded
    shown = list(view.shown(proposals.filter(changed)).select_related("passage", "decided_by").order_by("pk"))
    labels = ProposalLabels(shown)
    return {
        each: render_to_string(
            "admin/intake/_proposal.html", {"row": ProposalRow(each, labels, view)}, request
        )
        for each in shown
    }


def _render(
    request: HttpRequest, intake: Intake, page, *, outcome: PostOutcome | None = None, status: int = 200
) -> HttpResponse:
    permissions = object_permissions(request)
    view = IntakePage(intake, permissions, page, doubtful=wants_doubtful(request), outcome=outcome)
    form = ReportDetailsForm(instance=intake, initial=view.outcome.unsaved)
    for field in form.fields.values():
        field.widget.attrs |= {"form": "intake-form", "data-autosave": ""}
    query = "?doubtful=1" if view.doubtful else ""
    same = same_reports(intake)
    entered = [each.intake.pk for each in same if each.intake]
    visible = set(Intake.objects.visible_to(request.user).filter(pk__in=entered).values_list("pk", flat=True))
    response = render_admin_page(
        request, "admin/intake/intake.html", str(intake), intake=intake, view=view,
        counts=counts_words(view.counts),
        save_url=reverse("admin:intake_page", args=[intake.pk]) + query,
        details=[(form[name], view.typed_text(name, getattr(intake, name))) for name in DETAIL_FIELDS],
        missing_details=missing_details(intake), report_url=change_url(intake.report) if intake.report else "",
        same=same, visible=visible, sure=view.sure_subjects, keys=KEYS, certainties=CERTAINTIES,
        hand_kinds=[(kind, kind.label) for kind in HAND_KINDS],
        language_model=endpoint_host(),
    )  # fmt: skip
    response.status_code = status
    return response


@post_or_redirect("admin:intake_page", "number")
@admin_page_view(USE_INTAKE, posts=True)
def purge_text(request: HttpRequest, number: int) -> HttpResponse:
    """Purges the text of a report immediately."""
    intake = intake_or_404(request, number)
    jobs.purge(Intake.objects.filter(pk=intake.pk))
    messages.success(request, _("The text has been deleted."))
    return redirect("admin:intake_page", intake.pk)


@post_or_redirect("admin:intake_page", "number")
@admin_page_view(USE_INTAKE, posts=True)
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Requests proposals for the passages from the configured language model. These proposals are doubtful."""
    intake = intake_or_404(request, number)
    if not endpoint_host() or intake.purged_at:
        raise Http404
    texts = [passage.text for passage in intake.passages.select_related("intake").order_by("number")]
    try:
        # The lock prevents a second click from sending the request again.
        with job_lock(intake):
            answer = anchored_items(texts, answer_themes())
            number_added = propose_items(intake, answer.items)
    except JobAlreadyRunning:
        messages.error(request, _("The report is being read. Try again in a minute."))
        return redirect("admin:intake_page", intake.pk)
    if answer.message:
        messages.error(request, answer.message)
    else:
        text = _(
            "The language model has added %(added)s proposals. Proposals discarded because they are not in the "
            "text: %(dropped)s."
        )
        messages.success(request, text % {"added": number_added, "dropped": answer.dropped})
    return redirect(f"{reverse('admin:intake_page', args=[intake.pk])}?doubtful=1")
