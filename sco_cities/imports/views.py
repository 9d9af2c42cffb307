"""The desk of imports: upload, columns, preview, applying, and the way back."""

from collections.abc import Iterator
from itertools import chain, islice

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sco_cities.curation.admin.pages import desk_page, desk_view
from sco_cities.history.permissions import IMPORT_RECORDS
from sco_cities.jobs.job_lock import Job, rows_done
from sco_cities.listings.exports.csv_cells import cells, lines

from . import jobs
from .column_types import KINDS
from .forms import ROWS_READ, ApplyForm, ColumnsForm, UploadForm
from .models import ImportJob, Stage
from .row_result import Outcome

JOBS_SHOWN = 30
ROWS_AT_ONCE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(IMPORT_RECORDS)
def imports(request: HttpRequest) -> HttpResponse:
    """The last imports, and the form that begins one."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        job = ImportJob(
            kind=form.cleaned_data["kind"], file_name=form.cleaned_data["file"].name[-200:],
            charset=form.cleaned_data["charset"], made_by=request.user, language=get_language() or "en",
        )  # fmt: skip
        job.file = form.raw
        job.save()
        jobs.forget_old()
        return redirect("admin:import_columns", job.pk)
    last = ImportJob.objects.defer("packed").select_related("made_by", "change_set")[:JOBS_SHOWN]
    for job in last:
        jobs.notice(job)
    return desk_page(request, "imports/imports.html", _("Import"), form=form, jobs=last, kinds=KINDS)


def _job(number: int) -> ImportJob:
    found = ImportJob.objects.defer("packed").select_related("made_by", "change_set")
    job = get_object_or_404(found, pk=number)
    jobs.notice(job)
    return job


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(IMPORT_RECORDS)
def columns(request: HttpRequest, number: int) -> HttpResponse:
    """Which column of the file is which; checking follows."""
    job = _job(number)
    if job.is_at_work or job.stage == Stage.APPLIED:
        return redirect("admin:import", job.pk)
    sheet = jobs.sheet_of(job)
    form = ColumnsForm(request.POST if request.method == "POST" else None, jobs.mapping_of(job, sheet))
    if request.method == "POST" and form.is_valid():
        _begin(request, job, Stage.CHECKING, columns=list(form.chosen.names))
        return redirect("admin:import", job.pk)
    samples = [cells for _number, cells in islice(sheet.rows(), ROWS_READ)]
    return desk_page(
        request, "imports/import_columns.html", _("Columns of %(file)s") % {"file": job.file_name}, job=job,
        form=form, fields=_with_samples(form, samples),
    )  # fmt: skip


def _with_samples(form: ColumnsForm, samples: list[list[str]]) -> list[tuple]:
    """The fields of the form, each with the first cells of its column."""
    found = []
    for name in form.fields:
        place = int(name.rpartition("-")[2])
        cells = [row[place] for row in samples if place < len(row) and row[place]]
        found.append((form[name], cells))
    return found


@require_safe
@desk_view(IMPORT_RECORDS)
def import_page(request: HttpRequest, number: int) -> HttpResponse:
    """What an import does or has done, row by row; while it is at work, how far it has come."""
    job = _job(number)
    if job.stage == Stage.UPLOADED:
        return redirect("admin:import_columns", job.pk)
    outcome = request.GET.get("outcome", "")
    rows = job.examined.all()
    if outcome in Outcome.values:
        rows = rows.filter(outcome=outcome)
    page = Paginator(rows if not job.is_at_work else rows.none(), ROWS_AT_ONCE).get_page(
        request.GET.get("page")
    )
    return desk_page(
        request, "imports/import.html", job.file_name, job=job, kind=KINDS[job.kind], page=page, outcome=outcome,
        form=ApplyForm(initial={"seen": job.fingerprint}),
        done=rows_done(Job.of(job), job.done) if job.is_at_work else job.done,
    )  # fmt: skip


@require_safe
@desk_view(IMPORT_RECORDS)
def mistakes(request: HttpRequest, number: int) -> HttpResponse:
    """Every mistake of the file, as CSV."""
    job = _job(number)
    header = [_("row"), _("slug"), _("column"), _("value"), _("what is wrong")]
    rows = chain([header], _mistakes(job))
    response = StreamingHttpResponse(
        (lines([cells([cell]) for cell in row]) for row in rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="mistakes-{job.pk}.csv"'
    return response


def _mistakes(job: ImportJob) -> Iterator[list[str]]:
    for row in job.examined.filter(outcome=Outcome.ERROR).iterator():
        for mistake in row.mistakes:
            yield [str(row.number), row.slug, *mistake]


def _begin(request: HttpRequest, job: ImportJob, stage: Stage, **said) -> None:
    if not jobs.begin(job, stage, **said):
        messages.error(
            request, _("Somebody else has been at this import meanwhile: look at it as it is now.")
        )


@require_POST
@desk_view(IMPORT_RECORDS)
def check(request: HttpRequest, number: int) -> HttpResponse:
    """Checks a file again, whose records may have changed since."""
    job = _job(number)
    if not job.columns:
        return redirect("admin:import_columns", job.pk)
    if job.stage != Stage.APPLIED:
        _begin(request, job, Stage.CHECKING)
    return redirect("admin:import", job.pk)


@require_POST
@desk_view(IMPORT_RECORDS)
def apply(request: HttpRequest, number: int) -> HttpResponse:
    """Applies a file that has been checked."""
    job = _job(number)
    form = ApplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the file is imported: the history shows it."))
    elif not job.can_be_applied:
        messages.error(request, _("This import cannot be applied as it is now."))
    else:
        _begin(request, job, Stage.APPLYING, made_by=request.user, **form.cleaned_data)
    return redirect("admin:import", job.pk)
