"""The page for choosing an existing or new passage as evidence for all rows of an import."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sco_cities.accounts.second_factor.views import require_recent_code
from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.curation.evidence.source_picker import NEW, PASSAGE, SourcePicker

from .admin_pages import import_page_view
from .models import ImportOptions, ImportStage
from .views import check_again, job_or_404

_REPORT_FIELDS = ("slug", "title", "publisher", "published_on", "language", "address", "state")
_PASSAGE_FIELDS = ("number", "summary", "quotation", "archive_address")


@require_http_methods(["GET", "HEAD", "POST"])
@import_page_view
@require_recent_code
def source(request: HttpRequest, number: int) -> HttpResponse:
    """Shows and processes the choice of a passage as evidence for all rows, and checks the file again.

    A new report or passage is written and reverted together with the rows.
    """
    job = job_or_404(number)
    if job.is_in_progress or job.stage == ImportStage.APPLIED or not job.columns:
        return redirect("admin:import", job.pk)
    options = ImportOptions(**job.options)
    data = request.POST if request.method == "POST" else None
    picker = SourcePicker(request, data, is_submitted="_use" in request.POST)
    chosen = None
    if "_remove" in request.POST:
        chosen = {}
    elif "_use" in request.POST and picker.is_valid():
        chosen = source_of(picker)
    if chosen is not None:
        return check_again(request, job, replace(options, source=chosen))
    return render_admin_page(
        request, "imports/import_source.html", _("Report for all rows of %(file)s") % {"file": job.file_name},
        job=job, picker=picker, options=options,
    )  # fmt: skip


def source_of(picker: SourcePicker) -> dict[str, Any]:
    """Converts a valid picker's choice to the format of `row_evidence`. Values of new passages become cell texts."""
    if picker.kind == PASSAGE:
        passage = picker.passage
        return {"report": passage.report.slug, "number": passage.number, "label": str(passage.report)}
    passage = picker.passage_form.instance
    report = picker.report_form.instance if picker.kind == NEW else picker.report
    chosen: dict[str, Any] = {"report": report.slug, "number": passage.number, "label": str(report)}
    chosen["new_passage"] = {"report": report.slug} | {
        name: str(getattr(passage, name)) for name in _PASSAGE_FIELDS
    }
    if picker.kind == NEW:
        chosen["new_report"] = {name: str(getattr(report, name)) for name in _REPORT_FIELDS}
    return chosen
