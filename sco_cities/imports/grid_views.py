"""The action that opens a grid of selected records, and the page of a grid."""

from dataclasses import asdict, replace

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from sco_cities.accounts.views import post_or_redirect
from sco_cities.admin_framework.admin_urls import is_key, page_to_return_to
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.admin_framework.site import exceeds_limit
from sco_cities.curation.permissions.object_permissions import (
    ADD_EVIDENCE,
    editable_records,
    object_permissions,
)
from sco_cities.curation.review.joint_review import waiting_records
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import record_models

from . import jobs
from .admin_pages import OWN_GRIDS, import_page_view
from .column_types import IMPORTABLE_MODELS
from .grid import (
    MAX_RECORDS,
    CellEvidence,
    editable_columns,
    grid_records,
    open_grid,
    read_again,
    unsaved_grids,
)
from .models import ImportJob, ImportOptions, ImportStage
from .row_result import RowOutcome
from .value_names import record_labels
from .views import check_again, job_or_404


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
    page = page_to_return_to(request) or request.get_full_path()
    job = open_grid(IMPORTABLE_MODELS[model_admin.model.collection], slugs, request.user, page)
    return redirect("admin:import_grid", job.pk)


@post_or_redirect("admin:review_together", "source", "key")
@admin_page_view(ADD_EVIDENCE, posts=True)
def open_joint_grid(request: HttpRequest, source: str, key: int, kind: str) -> HttpResponse:
    """Opens a grid of records of one kind that are reviewed together."""
    if kind not in IMPORTABLE_MODELS:
        raise Http404(_("There is no such kind of record."))
    model = IMPORTABLE_MODELS[kind].model
    model_admin, number = admin.site.get_model_admin(model), record_models().index(model)
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    _title, waiting = waiting_records(source, key)
    records = model.objects.filter(pk__in=[pk for each, pk in waiting if each == number])
    page = edit_as_grid(model_admin, request, records)
    return page or redirect(
        page_to_return_to(request) or reverse("admin:review_together", args=[source, key])
    )


@admin_page_view(ADD_EVIDENCE, posts=True)
def own_grids(request: HttpRequest) -> HttpResponse:
    """Lists the account's grids with unsaved texts. A POST discards one of these grids."""
    grids = unsaved_grids(request.user)
    if request.method == "POST":
        number = request.POST.get("grid", "")
        if is_key(number) and grids.filter(pk=number).delete()[0]:
            messages.success(request, _("The grid was discarded. Its records were not changed."))
        return redirect("admin:own_grids")
    changed = [record_labels(job.kind, job.options["typed"], with_cell=False).values() for job in grids]
    return render_admin_page(
        request,
        "imports/own_grids.html",
        OWN_GRIDS.title,
        grids=zip(grids, map(comma_list, changed), strict=True),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@import_page_view
def grid(request: HttpRequest, number: int) -> HttpResponse:
    """Shows the table of fields. A POST stores the typed texts, and then shows other columns or checks the cells."""
    job = job_or_404(number)
    if not job.is_grid or job.is_in_progress or job.stage == ImportStage.APPLIED:
        if request.method == "POST":
            _refuse(request)
        return redirect("admin:import", job.pk)
    kind, options = IMPORTABLE_MODELS[job.kind], ImportOptions(**job.options)
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
        evidence=CellEvidence, signs={cell.evidence for record in records for cell in record["cells"]},
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
        if not unchanged.update(options=asdict(options), stage=ImportStage.UPLOADED):
            _refuse(request)
        elif "_preview" in request.POST:
            messages.warning(
                request, _("No cell differs from the stored records, so there is nothing to preview.")
            )
        return redirect("admin:import_grid", job.pk)
    check_again(request, job, options)
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
