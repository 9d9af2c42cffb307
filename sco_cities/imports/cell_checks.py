"""Errors of rows of a wrong width, and of cells that a file may have but not change, such as computed values."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from . import cell_diff
from .column_mapping import ColumnMapping
from .column_types import ImportColumn, NameColumn, ReadOnlyColumn, UpdatedAtColumn
from .current_cells import SITE_LANGUAGES
from .row_result import CellError, RowResult
from .sheet_reader import Sheet
from .to_package import Cells


def check_shape(row: RowResult, texts: list[str], mapping: ColumnMapping, sheet: Sheet) -> None:
    """Errors of a row with too many or too few cells, or with values in columns without a heading."""
    width = len(mapping.header)
    if any(text.strip() for text in texts[width:]) or (len(texts) < width and sheet.delimiter):
        message = _("The row has %(found)s cells, but the header has %(expected)s.")
        row.errors.append(CellError("", "", message % {"found": len(texts), "expected": width}))
    for position in mapping.unnamed_positions:
        if position < len(texts) and texts[position].strip():
            message = _("This value is in a column without a heading. Add a heading or delete the value.")
            row.errors.append(CellError("", texts[position], message))


def check_computed(row: RowResult, column: ReadOnlyColumn, cell: str, stored: str) -> None:
    """An error, because the site computes the value."""
    # A list of another site has the dates and addresses of its own reports.
    follows_from_reports = column.list_column.is_edtf or column.list_column.is_reference
    if row.is_new and (follows_from_reports or cell_diff.is_blank(cell)):
        return
    message = _(
        "The site calculates this value, so a file cannot change it: it is “%(stored)s”. "
        "Leave the cell as it was exported, or remove the column."
    )
    row.errors.append(CellError(column.name, cell, message % {"stored": stored}))


def check_names(row: RowResult, column: NameColumn, cells: Cells, stored: Cells, sheet: Sheet) -> None:
    """Display names are not imported; an error if they are edited while the slugs are not."""
    cell = cells[column.name]
    current = [stored.get(f"{column.name} {code}", "") for code in SITE_LANGUAGES]
    slugs_changed = cells.get(column.of, "") != stored.get(column.of, "")
    if not cell or slugs_changed or any(
        cell_diff.cells_match(column, name, cell, sheet) for name in current
    ):  # fmt: skip
        return
    message = _("The names come from “%(column)s”: change the slugs there.") % {"column": column.of}
    row.errors.append(CellError(column.name, cell, message))


def check_freshness(
    row: RowResult, columns: Iterable[ImportColumn], cells: Cells, stored: Cells | None
) -> None:
    """Refuses to change a record that has changed since the file was exported."""
    updated_at = next((column for column in columns if isinstance(column, UpdatedAtColumn)), None)
    if updated_at is None or stored is None or not cells[updated_at.name].strip():
        return
    cell, current = cells[updated_at.name], stored[updated_at.name]
    if (exported := cell_diff.parse_timestamp(cell)) is None:
        message = _("This is not a valid time. Leave the cell as it was exported: “%(stored)s”.")
    elif exported < cell_diff.parse_timestamp(current):
        message = _("The record was changed at %(stored)s, after this file was exported. Export it again.")
    elif exported > cell_diff.parse_timestamp(current):
        message = _("The record was last changed at %(stored)s. Leave the cell as it was exported.")
    else:
        return
    row.errors.append(CellError(updated_at.name, cell, message % {"stored": current}))
