"""The action that opens a grid of selected records, and the page of a grid."""

from dataclasses import replace

from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from sco_cities.admin_framework.limits import exceeds_limit
from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.curation.permissions.object_permissions import editable_records, object_permissions

from . import jobs
from .access import import_page_view
from .column_types import IMPORTABLE_MODELS
from .grid import MAX_RECORDS, CellEvidence, grid_records, open_grid, read_again
from .grid_sheet import editable_columns
from .import_options import ImportOptions
from .models import ImportJob, ImportStage
from .row_result import RowOutcome
from .views import enqueue, job_or_404


@admin.action(description=gettext_lazy("Edit as a grid"), permissions=["change"])
def edit_as_grid(model_admin, request: HttpRequest, queryset) -> HttpResponse | None:
    """Opens a grid of the selected records that the account may edit."""
    count = queryset.count()
    if exceeds_limit(request, count, MAX_RECORDS):
        return None
    records = editable_records(object_permissions(request), queryset)
    slugs = list(records.order_by("slug").values_list("slug", flat=True))
    if len(slugs) < count:
        text = ngettext(
            "%(number)s record is not in the grid, because you do not have permission to change it.",
            "%(number)s records are not in the grid, because you do not have permission to change them.",
            count - len(slugs),
        )
        messages.warning(request, text % {"number": count - len(slugs)})
    if not slugs:
        return None
    jobs.delete_old()
    job = open_grid(IMPORTABLE_MODELS[model_admin.model.collection], slugs, request.user)
    return redirect("admin:import_grid", job.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@import_page_view
def grid(request: HttpRequest, number: int) -> HttpResponse:
    """Shows the table of fields. A POST stores the typed texts, and then shows other columns or checks the cells."""
    job = job_or_404(number)
    if not job.is_grid or job.is_in_progress or job.stage == ImportStage.APPLIED:
        if request.method == "POST":
            _refuse(request)
        return redirect("admin:import", job.pk)
    kind, options = IMPORTABLE_MODELS[job.kind], ImportOptions.from_json(job.options)
    columns = [kind.columns[name] for name in editable_columns(kind) if name in options.grid_columns]
    with jobs.sheet_of(job) as sheet:
        if request.method == "POST":
            if any("\0" in text for text in request.POST.values()):
                # PostgreSQL cannot store NUL.
                raise BadRequest("NUL bytes in a form")
            sheet = replace(sheet, typed=sheet.typed_in(request.POST))
            if "_read_again" in request.POST:
                sheet = replace(sheet, opened=read_again(job, sheet))
                sheet = replace(sheet, typed=sheet.typed_in({}))
                messages.success(request, _("The records were reloaded. Your input was kept."))
            return _store(request, job, replace(options, typed=sheet.typed))
        records = list(grid_records(job, sheet, columns))
    return render_admin_page(
        request, "imports/grid.html", job.file_name, job=job, records=records,
        columns=[(column.name, kind.label(column.name)) for column in columns],
        all_columns=[(name, kind.label(name)) for name in editable_columns(kind)],
        changed=sum(map(len, sheet.typed.values())),
        evidence=CellEvidence, signs={cell.evidence for record in records for cell in record.cells},
    )  # fmt: skip


def _refuse(request: HttpRequest) -> None:
    text = _(
        "Your input was not saved, because this grid is being checked or has already been saved. Go back to copy "
        "your text."
    )
    messages.error(request, text)


def _store(request: HttpRequest, job: ImportJob, options: ImportOptions) -> HttpResponse:
    """Stores and checks the typed texts. Shows the grid again if a cell has an error, otherwise the preview."""
    if "_columns" in request.POST:
        chosen = request.POST.getlist("column")
        known = [name for name in editable_columns(IMPORTABLE_MODELS[job.kind]) if name in chosen]
        if not known:
            messages.error(request, _("Choose at least one column."))
        options = replace(options, grid_columns=known or options.grid_columns)
    if "_columns" in request.POST or not options.typed:
        unchanged = ImportJob.objects.filter(pk=job.pk, stage=job.stage)
        if not unchanged.update(options=options.as_json(), stage=ImportStage.UPLOADED):
            _refuse(request)
        elif "_preview" in request.POST:
            messages.warning(
                request, _("No cell differs from the stored records, so there is nothing to preview.")
            )
        return redirect("admin:import_grid", job.pk)
    enqueue(request, job, ImportStage.CHECKING, options=options.as_json())
    errors = job.summary[RowOutcome.ERROR] if job.stage == ImportStage.CHECKED else 0
    if not errors or job.questions:
        return redirect("admin:import_grid" if "_read_again" in request.POST else "admin:import", job.pk)
    text = ngettext(
        "%(number)s record has an error. Correct the marked cells. Nothing has been saved yet.",
        "%(number)s records have errors. Correct the marked cells. Nothing has been saved yet.",
        errors,
    )
    messages.error(request, text % {"number": errors})
    return redirect("admin:import_grid", job.pk)
