"""CSV files with the errors of a checked file, and with the rows to correct and import again."""

from collections.abc import Iterable, Iterator
from itertools import chain

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from sco_cities.admin_framework.pages import admin_page_view
from sco_cities.core.exceptions import Refused
from sco_cities.core.responses import stream
from sco_cities.history.models import IMPORT_RECORDS
from sco_cities.listings.exports.csv_file import cells, lines

from . import jobs
from .column_mapping import COMMENT_SIGN
from .column_types import IMPORTABLE_MODELS
from .models import ImportJob
from .row_display import column_label, shown_mistakes
from .row_result import RowOutcome
from .views import job_or_404

# Without the byte-order mark, spreadsheet programs do not read the file as UTF-8.
_MARK = "\ufeff"


@require_safe
@admin_page_view(IMPORT_RECORDS)
def errors(request: HttpRequest, number: int) -> HttpResponse:
    """Returns all errors of the file as CSV."""
    job = job_or_404(number)
    kind, header = IMPORTABLE_MODELS[job.kind], [_("row"), _("slug"), _("column"), _("value"), _("problem")]
    mistakes = (
        [str(row.number), row.slug, column_label(kind, column), value, message]
        for row in job.row_results.filter(outcome=RowOutcome.ERROR).iterator()
        for column, value, message in row.mistakes
    )
    return _csv(request, f"mistakes-{job.pk}.csv", _written(chain([header], mistakes)))


@require_safe
@admin_page_view(IMPORT_RECORDS)
def error_rows(request: HttpRequest, number: int) -> HttpResponse:
    """Returns the rows with errors as CSV. An additional last column, which an import skips, contains the errors."""
    job = job_or_404(number)
    try:
        blocks = _written(_rows_with_errors(job))
        return _csv(request, f"rows-{job.pk}.csv", chain([_MARK + next(blocks)], blocks))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("admin:import", job.pk)


def _rows_with_errors(job: ImportJob) -> Iterator[list[str]]:
    kind = IMPORTABLE_MODELS[job.kind]
    wrong = dict(job.row_results.filter(outcome=RowOutcome.ERROR).values_list("number", "mistakes"))
    with jobs.sheet_of(job) as sheet:
        # A file downloaded from this site may already have an error column, possibly in another language.
        problem_headings = set()
        for code, _name in settings.LANGUAGES:
            with override(code):
                problem_headings.add(COMMENT_SIGN + _("problem"))
        kept = [at for at, heading in enumerate(sheet.header) if heading not in problem_headings]
        yield [*(sheet.header[at] for at in kept), COMMENT_SIGN + _("problem")]
        for number, texts in sheet.rows():
            if number in wrong:
                own = [str(texts[at]) if at < len(texts) else "" for at in kept]
                problems = [
                    " ".join(filter(None, mistake)) for mistake in shown_mistakes(kind, wrong[number])
                ]
                yield [*own, "\n".join(problems)]


def _written(rows: Iterable[list[str]]) -> Iterator[str]:
    return (lines([cells([cell]) for cell in row]) for row in rows)


def _csv(request: HttpRequest, file_name: str, blocks: Iterable[str]) -> HttpResponse:
    response = stream(request, blocks, "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
