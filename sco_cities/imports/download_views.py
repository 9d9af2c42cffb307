"""Downloads of empty templates, of the errors in a checked file, and of the rows with errors."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override

from sco_cities.admin_framework.pages import admin_page_view
from sco_cities.core.exceptions import Refused
from sco_cities.core.responses import stream
from sco_cities.history.models import IMPORT_RECORDS
from sco_cities.i18n.punctuation import comma_list
from sco_cities.listings.exports import xlsx_cells
from sco_cities.listings.exports.csv_file import cells, lines
from sco_cities.listings.exports.xlsx_cells import BOLD, WRAPPED, column_letters, row, text_cell

from . import jobs
from .column_mapping import COMMENT_SIGN
from .column_types import IMPORTABLE_MODELS, STATE, ImportableModel
from .models import ImportJob
from .row_display import column_label, shown_mistakes
from .row_result import RowOutcome
from .value_names import domain_of
from .views import job_or_404

ENDINGS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HELP = "Help"
# Spreadsheet programs read the file as UTF-8 only if it has a byte-order mark.
_MARK = "\ufeff"


@admin_page_view(IMPORT_RECORDS)
def template_file(request: HttpRequest, kind: str, ending: str) -> HttpResponse:
    """Returns the template for a kind of record as CSV or XLSX."""
    if kind not in IMPORTABLE_MODELS or ending not in ENDINGS:
        raise Http404(_("There is no such template."))
    columns = help_by_column(IMPORTABLE_MODELS[kind])
    content = csv_template(columns) if ending == "csv" else xlsx_template(kind, columns)
    response = HttpResponse(content, content_type=ENDINGS[ending])
    response["Content-Disposition"] = f'attachment; filename="{kind}-template.{ending}"'
    return response


def help_by_column(kind: ImportableModel) -> dict[str, str]:
    """Maps the columns of a template to help texts. New records need no slug."""
    left_out = {STATE, *(("slug",) if kind.key == "slug" else ())}
    columns = {name: kind.columns[name] for name in kind.importable if name not in left_out}
    return {
        name: _help(kind, name)
        for name, column in columns.items()
        if not (column.is_updated_at or column.is_evidence)
    }


def _help(kind: ImportableModel, name: str) -> str:
    column = kind.columns[name]
    parts = [f"{column.label}."]
    if column.package_column is not None and column.package_column.required:
        parts.append(_("Required."))
    if column.field is not None and column.field.choices:
        labels = comma_list(str(label) for _value, label in column.field.choices)
        parts.append(_("One of: %(values)s.") % {"values": labels})
    elif column.is_date:
        parts.append(_("For example 2024, 2024-05, May 2024 or 2024-05-31."))
    elif column.is_link:
        parts.append(_("The report that supports the values of the row."))
    elif column.is_list:
        parts.append(_("Names in any language, separated by “;”."))
    elif domain_of(kind.name, column):
        parts.append(_("A name in any language."))
    return " ".join(parts)


def csv_template(columns: dict[str, str]) -> bytes:
    """Returns a CSV file with the headings and a help row, which an import skips."""
    rows = [list(column) for column in columns.items()]
    rows[0][1] = COMMENT_SIGN + rows[0][1]
    return (_MARK + lines(rows)).encode()


def xlsx_template(kind: str, columns: dict[str, str]) -> bytes:
    """Returns a workbook with a sheet for the headings and a sheet for the help."""
    end = f"$A$1:${column_letters(len(columns) - 1)}$1"
    header = [text_cell(f"{column_letters(place)}1", name, BOLD) for place, name in enumerate(columns)]
    start = xlsx_cells.sheet_start(
        end.replace("$", ""), [max(len(name) + 3, 12) for name in columns], is_first=True
    )
    helps = [
        row(number, [text_cell(f"A{number}", name, BOLD), text_cell(f"B{number}", sentence, WRAPPED)])
        for number, (name, sentence) in enumerate(columns.items(), 1)
    ]
    help_start = xlsx_cells.sheet_start(f"A1:B{len(columns)}", [24, 100], is_first=False)
    parts = {
        "[Content_Types].xml": xlsx_cells.TYPES,
        "_rels/.rels": xlsx_cells.PACKAGE,
        "xl/workbook.xml": xlsx_cells.workbook(kind, HELP, end),
        "xl/_rels/workbook.xml.rels": xlsx_cells.WORKBOOK_RELATIONS,
        "xl/styles.xml": xlsx_cells.STYLES,
        "xl/worksheets/sheet1.xml": (
            f'{start}{row(1, header)}</sheetData><autoFilter ref="{end.replace("$", "")}"/>{xlsx_cells.SHEET_END}'
        ),
        "xl/worksheets/sheet2.xml": f"{help_start}{''.join(helps)}</sheetData>{xlsx_cells.SHEET_END}",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


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
    return _csv(request, f"mistakes-{job.pk}.csv", chain([header], mistakes))


@admin_page_view(IMPORT_RECORDS)
def error_rows(request: HttpRequest, number: int) -> HttpResponse:
    """Returns the rows with errors as CSV. An additional last column, which an import skips, contains the errors."""
    job = job_or_404(number)
    try:
        return _csv(request, f"rows-{job.pk}.csv", _rows_with_errors(job), _MARK)
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


def _csv(request: HttpRequest, file_name: str, rows: Iterable[list[str]], mark: str = "") -> HttpResponse:
    blocks = (lines([cells([cell]) for cell in row]) for row in rows)
    # The first row is read before streaming starts, so that an unreadable file makes this request fail.
    response = stream(request, chain([mark + next(blocks)], blocks), "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
