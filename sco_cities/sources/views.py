"""The page of a report: all that it is evidence for."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .models import Report
from .passages import passages_of, supported_fields
from .record_view import for_record, record_page


@require_safe
@for_record(Report)
def report(request: HttpRequest, report: Report) -> HttpResponse:
    """A report: its passages in order, and what each supports and what contradicts it."""
    passages = passages_of(report)
    return record_page(
        request, "sources/report.html", report, passages=passages, counts=supported_fields(passages)
    )
