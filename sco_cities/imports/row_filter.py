"""Finds rows that are not imported (repeated headings, help rows of templates, and rows left out by the curator)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .column_mapping import COMMENT_SIGN, ColumnMapping
from .column_types import ImportableModel
from .import_options import ImportOptions
from .parser.headings import normalize_heading
from .parser.limits import Cells, HiddenCells
from .word_lists import suggested_columns

_MIN_HEADINGS = 2


class LeftOut(models.TextChoices):
    """The reason why a row is not imported."""

    HEADINGS = "headings", _("not imported: repeats the header row")
    HELP = "help", _("not imported: help row of the template")
    HIDDEN = "hidden", _("not imported: hidden row")
    CHOSEN = "chosen", _("not imported: skipped by you")


class RowFilter:
    """Decides which rows of a file are left out. The first row below the headings may contain help or headings."""

    def __init__(self, mapping: ColumnMapping, options: ImportOptions):
        self._kind, self._mapping, self._options = mapping.kind, mapping, options
        self._first: int | None = None

    def reason(self, number: int, cells: Cells) -> LeftOut | None:
        """The reason why the row is left out, or None if it is imported."""
        if self._first is None:
            self._first = number
        if self._first == number:
            if cells and cells[0].startswith(COMMENT_SIGN):
                return LeftOut.HELP
            if self._repeats_headings(cells):
                return LeftOut.HEADINGS
        if number in self._options.left_out_rows:
            return LeftOut.CHOSEN
        return LeftOut.HIDDEN if self._options.skips_hidden_rows and isinstance(cells, HiddenCells) else None

    def _repeats_headings(self, cells: Cells) -> bool:
        """True if at least half of the cells repeat the headings of their columns."""
        pairs = zip(cells, self._mapping.names, strict=False)
        repeated = sum(_is_heading_of(self._kind, cell, name) for cell, name in pairs if cell and name)
        return repeated >= max(_MIN_HEADINGS, sum(map(bool, cells)) / 2)


def _is_heading_of(kind: ImportableModel, cell: str, name: str) -> bool:
    return kind.column_named(cell) == name or name in suggested_columns().get(normalize_heading(cell), ())
