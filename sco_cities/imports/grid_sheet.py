"""The sheet of a grid, made of the cells of stored records and the texts that a curator has typed over them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _

from sco_cities.curation.permissions.object_permissions import ObjectPermissions, editable_records

from .cell_diff import normalize_line_ends
from .column_types import STATE, ImportableModel
from .parser.limits import Cells, Row
from .parser.table import TableFormat
from .row_result import CellError, RowResult
from .sheet_reader import Sheet

# Cells by slug and column.
CellsBySlug = Mapping[str, Mapping[str, str]]


def editable_columns(kind: ImportableModel) -> list[str]:
    """The columns that a grid can change. The publication state has transitions, and evidence has separate pages."""
    columns = [kind.columns[name] for name in kind.importable if name not in (kind.key, STATE)]
    return [column.name for column in columns if column.package_column or column.role]


class GridRow(Cells):
    """The cells of a row. `opened` contains the cells at the time when the grid was opened.

    `may_be_changed` is True if the account may edit the record.
    """

    opened: Sequence[str]
    may_be_changed: bool

    def merge(
        self, row: RowResult, names: Sequence[str], cells: dict[str, str], stored: Mapping | None
    ) -> None:
        """Replaces each untouched cell with the stored value, so that it changes nothing.

        Adds an error to `row` for each cell that somebody else has changed too, for a record that no longer exists, and
        for a record that must not be changed.
        """
        if stored is None:
            message = _("This record no longer exists. It was deleted, merged or given another slug.")
            row.errors.append(CellError("", "", message))
            return
        if not self.may_be_changed:
            row.errors.append(CellError("", "", _("You do not have permission to change this record.")))
            return
        for name, cell, opened in zip(names, self, self.opened, strict=True):
            now = stored.get(name, "")
            if cell == opened:
                cells[name] = now
            elif now not in (opened, cell):
                message = _(
                    "Someone has changed this to “%(stored)s” since you opened the grid. Reload the records, then "
                    "keep your text or enter another one."
                )
                row.errors.append(CellError(name, cell, message % {"stored": now}))


@dataclass(frozen=True)
class GridSheet(Sheet):
    """The records of a grid as the rows of a file. Only rows with typed cells are read.

    `opened` contains the cells at the time when the grid was opened, and `typed` the cells that differ. `editor` is the
    account that writes them.
    """

    kind: ImportableModel
    opened: CellsBySlug
    typed: CellsBySlug
    editor: AbstractBaseUser | AnonymousUser

    @classmethod
    def read(cls, file: BinaryIO, kind: ImportableModel, typed: CellsBySlug, editor) -> "GridSheet":
        """Creates the sheet from a file that contains the `opened` cells."""
        header = [kind.key, *editable_columns(kind)]
        file.seek(0)
        # The grid may have been opened before a column was added.
        opened = {
            slug: {name: cells.get(name, "") for name in header} for slug, cells in json.load(file).items()
        }
        return cls(header, [], file, TableFormat(), kind, opened, typed, editor or AnonymousUser())

    def rows(self) -> Iterator[Row]:
        editable = self.editable
        for number, (slug, opened) in enumerate(self.opened.items(), start=1):
            if typed := self.typed.get(slug):
                row = GridRow(typed.get(name, opened[name]) for name in self.header)
                row.opened = [opened[name] for name in self.header]
                row.may_be_changed = slug in editable
                yield number, row

    @property
    def editable(self) -> set[str]:
        """The slugs of the records that the account may edit."""
        records = self.kind.model.objects.filter(slug__in=self.opened)
        return set(editable_records(ObjectPermissions(self.editor), records).values_list("slug", flat=True))

    def typed_in(self, data: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """The changed texts of a submitted form by slug and column. Columns that are not in the form stay unchanged."""
        found = {}
        for number, (slug, opened) in enumerate(self.opened.items(), start=1):
            before = self.typed.get(slug, {})
            texts = {
                name: normalize_line_ends(data.get(field_name(number, name), before.get(name, opened[name])))
                for name in self.header[1:]
            }
            # Browsers change line endings, so unchanged cells are compared without them.
            cells = {name: text for name, text in texts.items() if text != normalize_line_ends(opened[name])}
            if cells:
                found[slug] = cells
        return found


def field_name(number: int, column: str) -> str:
    """The name of the form field for a cell."""
    return f"{number}:{column}"
