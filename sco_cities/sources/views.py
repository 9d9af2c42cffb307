"""The list of reports, and each report with all that it is evidence for."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.browse.exports import csv_export
from sco_cities.browse.views import list_page

from .columns import REPORTS
from .models import Report
from .pages import for_record, record_page
from .passages import passages_of


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """All reports, newest first."""
    return list_page(request, REPORTS)


@require_safe
def report_csv(request: HttpRequest) -> HttpResponse:
    """The list of reports as CSV."""
    return csv_export(request, REPORTS)


@require_safe
@for_record(Report)
def report(request: HttpRequest, report: Report) -> HttpResponse:
    """A report: its passages in order, and what each supports, contradicts or tells an earlier state of."""
    return record_page(request, "sources/report.html", report, passages=passages_of(report))
