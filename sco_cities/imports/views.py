"""Admin pages to upload, map, preview and apply imports."""

from contextlib import suppress
from dataclasses import asdict, replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.accounts.second_factor.views import require_recent_code
from sco_cities.accounts.views import post_or_redirect
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.core.exceptions import Refused
from sco_cities.curation.review.joint_review import waiting_of_change
from sco_cities.history.models import IMPORT_RECORDS

from . import jobs
from .admin_pages import import_page_view
from .column_mapping import remember, remembered
from .column_types import IMPORTABLE_MODELS
from .forms import AnswersForm, ApplyForm, ColumnsForm, HeaderRowForm, UploadForm
from .models import ImportJob, ImportOptions, ImportStage
from .parser.table import MAX_ROWS_ABOVE
from .questions import Question, QuestionChoices, answers_with
from .row_display import ROWS_PER_PAGE as ASKED_PER_PAGE
from .row_display import RowDisplay, asked_rows, asked_values, confirm, ticked, unconfirmed
from .row_result import ASKED, MISSING_NAMES, RowOutcome

MAX_JOBS = 30
ROWS_PER_PAGE = 50
MAX_REASON_LENGTH = 1000


@admin_page_view(IMPORT_RECORDS, posts=True)
@require_recent_code
def imports(request: HttpRequest) -> HttpResponse:
    """Lists the latest imports, and shows and processes the upload form."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = ImportJob(
            kind=form.cleaned_data["kind"], file_name=form.cleaned_data["file"].name[-200:],
            charset=form.cleaned_data["charset"], made_by=request.user, language=get_language() or "en",
        )  # fmt: skip
        job.store(form.cleaned_data["file"])
        job.save()
        jobs.delete_old()
        return redirect("admin:import_columns", job.pk)
    latest = ImportJob.objects.defer("packed").select_related("made_by", "change_set")
    latest = latest.prefetch_related("change_set__reverted_by")[:MAX_JOBS]
    for job in latest:
        job.mark_if_stopped()
    return render_admin_page(
        request, "imports/imports.html", _("Import"), form=form, jobs=latest, kinds=IMPORTABLE_MODELS
    )


def job_or_404(number: int) -> ImportJob:
    """Returns an import. Marks the import as failed if its process has died."""
    queryset = ImportJob.objects.defer("packed").select_related("made_by", "change_set")
    job = get_object_or_404(queryset, pk=number)
    job.mark_if_stopped()
    return job


@admin_page_view(IMPORT_RECORDS, posts=True)
@require_recent_code
def columns(request: HttpRequest, number: int) -> HttpResponse:
    """Shows and processes the column mapping. Saving the mapping starts the check."""
    job = job_or_404(number)
    if job.is_in_progress or job.stage == ImportStage.APPLIED or job.is_grid:
        return redirect("admin:import", job.pk)
    try:
        with jobs.sheet_of(job) as sheet:
            mapping = jobs.mapping_of(job, sheet)
            before = remembered(mapping)
            options = ImportOptions(**job.options)
            data = request.POST if request.method == "POST" else None
            form = ColumnsForm(data, sheet, mapping, before, options)
    except Refused as error:
        # The file was readable at upload. Now reading it takes too long, or other files are being read.
        messages.error(request, str(error))
        return redirect("admin:imports")
    if request.method == "POST" and form.is_valid():
        options = replace(
            options,
            defaults=form.selected_defaults,
            report_language=form.cleaned_data.get("report_language", ""),
        )
        remember(form.selected, options, request.user, {})
        return check_again(request, job, options, columns=list(form.selected.names))
    # Pairs of a field and the first cells of its column.
    fields = [(form[name], sheet.sample_of(int(name.rpartition("-")[2]))) for name in form.columns]
    return render_admin_page(
        request, "imports/import_columns.html", _("Columns of %(file)s") % {"file": job.file_name}, job=job,
        form=form, fields=fields, before=before, sheet=sheet,
        header_row_form=HeaderRowForm(initial={"header_row": sheet.format.header_row}),
    )  # fmt: skip


@post_or_redirect("admin:import_columns", "number")
@admin_page_view(IMPORT_RECORDS, posts=True)
@require_recent_code
def header_row(request: HttpRequest, number: int) -> HttpResponse:
    """Reads the file again with another header row."""
    job = job_or_404(number)
    form = HeaderRowForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter a row number from 1 to %(most)d.") % {"most": MAX_ROWS_ABOVE + 1})
    elif not job.is_in_progress and job.stage != ImportStage.APPLIED and not job.is_grid:
        options = replace(ImportOptions(**job.options), header_row=form.cleaned_data["header_row"])
        unchanged = ImportJob.objects.filter(pk=job.pk, stage=job.stage)
        unchanged.update(columns=[], options=asdict(options), stage=ImportStage.UPLOADED)
    return redirect("admin:import_columns", job.pk)


@require_safe
@import_page_view
def import_page(request: HttpRequest, number: int) -> HttpResponse:
    """Shows the results of an import by row, or the progress of a running import."""
    job = job_or_404(number)
    if job.stage == ImportStage.UPLOADED:
        return redirect("admin:import_grid" if job.is_grid else "admin:import_columns", job.pk)
    outcome = request.GET.get("outcome", "")
    rows = job.row_results.all()
    if outcome in RowOutcome.values:
        rows = rows.filter(outcome=outcome)
    elif outcome == MISSING_NAMES:
        rows = rows.filter(notes__has_key=MISSING_NAMES)
    page = Paginator(rows if not job.is_in_progress else rows.none(), ROWS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    kind, options = IMPORTABLE_MODELS[job.kind], ImportOptions(**job.options)
    display = RowDisplay(kind, list(page), options)
    asked = None
    if job.can_be_applied and job.summary[ASKED]:
        asked = Paginator(asked_rows(job), ASKED_PER_PAGE).get_page(request.GET.get("values"))
    has_drafts = job.change_set is not None and waiting_of_change(job.change_set).exists()
    return render_admin_page(
        request, "imports/import.html", job.file_name, job=job, kind=kind, page=page, rows=map(display.displayed, page),
        outcome=outcome, form=ApplyForm(initial={"seen": job.fingerprint, "reason": job.reason}), asked=asked,
        asked_values=asked_values(kind, list(asked), RowDisplay(kind, list(asked), options)) if asked else (),
        answers=answers_form(job), options=options, has_drafts=has_drafts, has_rows=job.row_results.exists(),
    )  # fmt: skip


def enqueue(request: HttpRequest, job: ImportJob, stage: ImportStage, **values) -> HttpResponse:
    """Starts a stage in the language of the page. Shows an error if somebody else has changed the import."""
    if jobs.enqueue(job, stage, language=get_language() or "en", **values):
        return redirect("admin:import", job.pk)
    return _refuse_stale(request, job)


def check_again(request: HttpRequest, job: ImportJob, options: ImportOptions, **values) -> HttpResponse:
    """Checks an import with changed options."""
    return enqueue(request, job, ImportStage.CHECKING, options=asdict(options), **values)


def _refuse_stale(request: HttpRequest, job: ImportJob) -> HttpResponse:
    messages.error(request, _("Someone else has changed this import. Check its current state below."))
    return redirect("admin:import", job.pk)


@post_or_redirect("admin:import", "number")
@import_page_view
@require_recent_code
def check(request: HttpRequest, number: int) -> HttpResponse:
    """Checks a file again, because records may have changed."""
    job = job_or_404(number)
    if not job.columns:
        return redirect("admin:import_columns", job.pk)
    if job.stage != ImportStage.APPLIED:
        return enqueue(request, job, ImportStage.CHECKING)
    return redirect("admin:import", job.pk)


@post_or_redirect("admin:import", "number")
@import_page_view
@require_recent_code
def apply(request: HttpRequest, number: int) -> HttpResponse:
    """Stores the ticks for values without evidence, and applies the file unless the request only stores ticks."""
    job = job_or_404(number)
    form = ApplyForm(request.POST)
    is_checked = job.stage == ImportStage.CHECKED
    if job.summary[ASKED] and not _store_evidence_ticks(request, job):
        return _refuse_stale(request, job)
    if is_checked and ticked(job, request.POST) != ImportOptions(**job.options):
        _save_ticks(request, job)
        text = _(
            "You changed some ticks, so the file was checked again. Review the rows before you apply the file."
        )
        messages.warning(request, text)
    elif "_evidence_ticks" in request.POST:
        return _next_values(request, job)
    elif not form.is_valid():
        messages.error(request, _("Enter the reason for the import. The history shows it."))
    elif not job.can_be_applied:
        text = _("This import cannot be applied in its current state. Check the details below.")
        messages.error(request, text)
    elif not job.writes(creates_duplicates=form.cleaned_data["creates_duplicates"]):
        text = _(
            "Nothing would be imported, because every new row is a possible duplicate. Tick the box to create them."
        )
        messages.error(request, text)
    elif unconfirmed(job):
        return _next_values(request, job, is_refused=True)
    else:
        return enqueue(request, job, ImportStage.APPLYING, made_by=request.user, **form.cleaned_data)
    return redirect("admin:import", job.pk)


@post_or_redirect("admin:import", "number")
@import_page_view
@require_recent_code
def ticks(request: HttpRequest, number: int) -> HttpResponse:
    """Stores the ticks of the shown rows and the row to skip, and checks the file again."""
    job = job_or_404(number)
    _save_ticks(request, job)
    return redirect(f"{reverse('admin:import', args=[job.pk])}?{request.GET.urlencode()}")


def _save_ticks(request: HttpRequest, job: ImportJob) -> None:
    if job.stage == ImportStage.CHECKED:
        check_again(request, job, ticked(job, request.POST), reason=_reason(request))
    else:
        _refuse_stale(request, job)


def _reason(request: HttpRequest) -> str:
    """Returns the submitted reason, truncated to MAX_REASON_LENGTH characters."""
    # PostgreSQL cannot store NUL.
    return request.POST.get("reason", "").replace("\0", "")[:MAX_REASON_LENGTH]


def _store_evidence_ticks(request: HttpRequest, job: ImportJob) -> bool:
    """Stores the ticks for the shown values and the entered reason. Returns False if the page is outdated."""
    shown = request.POST.getlist("values_shown")
    confirmed = shown if "all_values_shown" in request.POST else request.POST.getlist("stands")
    if not confirm(job, request.POST.get("seen", ""), shown, confirmed):
        return False
    ImportJob.objects.filter(pk=job.pk).update(reason=_reason(request))
    return True


def _next_values(request: HttpRequest, job: ImportJob, *, is_refused: bool = False) -> HttpResponse:
    """Redirects to the first page with unticked values. A message gives the number of unticked values."""
    left = unconfirmed(job)
    page = left[0] // ASKED_PER_PAGE + 1 if left else 1
    if not left:
        messages.success(request, _("All values are ticked. You can apply the file."))
    elif is_refused:
        text = ngettext(
            "Nothing was imported, because %(number)s new value lacks evidence and is not ticked.",
            "Nothing was imported, because %(number)s new values lack evidence and are not ticked.",
            len(left),
        )
        messages.error(request, text % {"number": len(left)})
    else:
        text = ngettext(
            "The ticks were saved. %(number)s new value lacks evidence and is not ticked.",
            "The ticks were saved. %(number)s new values lack evidence and are not ticked.",
            len(left),
        )
        messages.info(request, text % {"number": len(left)})
    return redirect(f"{reverse('admin:import', args=[job.pk])}?values={page}#evidence-asked")


def answers_form(job: ImportJob, data=None) -> AnswersForm | None:
    """Returns the form with the questions of a checked import, or None."""
    if job.stage != ImportStage.CHECKED or not job.questions:
        return None
    questions = [Question(**question) for question in job.questions]
    choices = QuestionChoices(IMPORTABLE_MODELS[job.kind])
    form = AnswersForm(data, questions, choices)
    form.fields["seen"].initial = job.fingerprint
    return form


@post_or_redirect("admin:import", "number")
@import_page_view
@require_recent_code
def answers(request: HttpRequest, number: int) -> HttpResponse:
    """Stores the answers to questions and checks the file again."""
    job = job_or_404(number)
    options = ImportOptions(**job.options)
    if "_forget" in request.POST and not job.is_in_progress and job.stage != ImportStage.APPLIED:
        return check_again(request, job, replace(options, answers={}, row_records={}))
    form = answers_form(job, request.POST)
    if form is None or request.POST.get("seen") != job.fingerprint:
        return _refuse_stale(request, job)
    if not form.is_valid():
        messages.error(request, _("One of the answers is no longer valid. Check the questions again."))
        return redirect("admin:import", job.pk)
    options = replace(options, answers=answers_with(options.answers, form.answered))
    with suppress(Refused), jobs.sheet_of(job) as sheet:
        remember(jobs.mapping_of(job, sheet), options, request.user, answers_with({}, form.given))
    for text in form.not_found:
        message = _("No record, or more than one record, is named “%(name)s”. The other answers were saved.")
        messages.error(request, message % {"name": text})
    return check_again(request, job, options)


@post_or_redirect("admin:import", "number")
@admin_page_view(IMPORT_RECORDS, posts=True)
@require_recent_code
def hidden_rows(request: HttpRequest, number: int) -> HttpResponse:
    """Skips the rows that the spreadsheet hides, and checks the file again."""
    job = job_or_404(number)
    if job.stage == ImportStage.CHECKED:
        return check_again(request, job, replace(ImportOptions(**job.options), skips_hidden_rows=True))
    return redirect("admin:import", job.pk)
