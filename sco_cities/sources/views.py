"""The page of a report."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .models import Report
from .passages import citing_record_counts, passage_usages
from .record_view import for_record, record_page


@require_safe
@for_record(Report)
def report(request: HttpRequest, report: Report) -> HttpResponse:
    """Shows a report with its passages in order, the values that each passage supports, and contradicting passages."""
    passages = passage_usages(report)
    return record_page(
        request, "sources/report.html", report, passages=passages, counts=citing_record_counts(passages)
    )
