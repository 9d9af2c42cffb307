"""Grids, which are imports without a file, where curators type cells into a table.

A grid contains the cells that an export of its records would contain. The cells are checked, shown in a preview and
written like the cells of a file. Only the cells that differ from the opened grid are imported (`GridSheet`), so an
untouched cell changes nothing. If another account also changes a cell, only this cell is in conflict.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, BinaryIO

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.admin_urls import change_url_by_pk
from sco_cities.curation.data_quality.field_coverage import confirmed_values
from sco_cities.curation.permissions.object_permissions import ObjectPermissions, editable_records
from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.evidence_coverage import fields_without_evidence, filled_fields, supported_fields

from .cell_diff import normalize_line_ends
from .column_types import STATE, ImportableModel, ImportColumn
from .current_cells import StoredCells
from .models import ImportJob, ImportOptions, ImportStage
from .parser.limits import Cells, Row
from .parser.table import TableFormat
from .row_display import column_label
from .row_evidence import evidence_field
from .row_result import CellError, RowResult
from .sheet_reader import Sheet
from .value_names import record_labels

# Cells by slug and column.
CellsBySlug = Mapping[str, Mapping[str, str]]


def editable_columns(kind: ImportableModel) -> list[str]:
    """Returns the columns that a grid can change. Other pages change the publication state and evidence."""
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
        """Replaces each untouched cell with the stored value, so that the cell is unchanged.

        Adds an error to `row` for each cell that another account has also changed, for a deleted record, and for a
        record that the account may not change.
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

    `opened` contains the cells at the time when the grid was opened, and `typed` contains the cells that differ.
    `editor` is the account that typed these texts.
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
        # A column may have been added since the grid was opened.
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
        """Returns a submitted form's changed texts by slug and column. Columns missing from the form are unchanged."""
        found = {}
        for number, (slug, opened) in enumerate(self.opened.items(), start=1):
            before = self.typed.get(slug, {})
            texts = {
                name: normalize_line_ends(data.get(field_name(number, name), before.get(name, opened[name])))
                for name in self.header[1:]
            }
            # Browsers change line endings, so line endings are ignored in comparisons.
            cells = {name: text for name, text in texts.items() if text != normalize_line_ends(opened[name])}
            if cells:
                found[slug] = cells
        return found


def field_name(number: int, column: str) -> str:
    """Returns the name of the form field for a cell."""
    return f"{number}:{column}"


MAX_RECORDS = 100


class CellEvidence(models.TextChoices):
    """The evidence for the value of a cell, with the symbol that marks the cell on the page."""

    CITED = "†", gettext_lazy("a published report supports the value")
    COVERED = "‡", gettext_lazy("evidence for the whole record covers the value")
    ON_WORD = "✓", gettext_lazy("an editor confirmed that the existing evidence supports the value")
    LACKING = "○", gettext_lazy("needs evidence to be published")


@dataclass(frozen=True)
class GridCell:
    """A field of the table, with the cell of the opened grid, the current text, and the errors of the last check.

    `evidence` is None for a value that needs no evidence.
    """

    name: str
    column: ImportColumn
    opened: str
    text: str
    evidence: CellEvidence | None
    errors: list[str]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The choices of a select field. Empty for a text field."""
        has_choices = self.column.package_column is not None and self.column.package_column.choices
        return [("", ""), *self.column.field.choices] if has_choices else []

    @property
    def is_long(self) -> bool:
        """True if the text needs several lines, because a field with a single line would lose line breaks."""
        return isinstance(self.column.field, models.TextField) or not {"\n", "\r"}.isdisjoint(self.text)


def unsaved_grids(user) -> models.QuerySet[ImportJob]:
    """Returns the account's grids with unsaved texts. Does not load the cells."""
    jobs = ImportJob.objects.filter(made_by=user.pk, options__typed__isnull=False).exclude(options__typed={})
    return jobs.exclude(stage__in=(ImportStage.APPLYING, ImportStage.APPLIED)).defer("packed")


def open_grid(kind: ImportableModel, slugs: Sequence[str], user, page: str = "") -> ImportJob:
    """Stores a new grid of these records for the account. The new grid shows all columns except long texts.

    `page` is the URL of the page that listed the records.
    """
    shown = [
        name
        for name in editable_columns(kind)
        if name in kind.name_columns or not isinstance(kind.columns[name].field, models.TextField)
    ]
    options = ImportOptions(grid_columns=shown, removes_names=True, page=page)
    job = ImportJob(
        kind=kind.name, file_name=_("%(kind)s (grid)") % {"kind": capfirst(kind.listing.title)}, made_by=user,
        columns=[kind.key, *editable_columns(kind)], options=asdict(options),
    )  # fmt: skip
    job.store(_as_file(stored_cells(kind, slugs)))
    job.save()
    return job


def read_again(job: ImportJob, sheet: GridSheet) -> CellsBySlug:
    """Reads the cells of the records again, and stores and returns the cells. Deleted records keep their cells."""
    opened = {**sheet.opened, **stored_cells(sheet.kind, [*sheet.opened])}
    job.store(_as_file(opened))
    job.save(update_fields=["packed"])
    return opened


def stored_cells(kind: ImportableModel, slugs: Iterable[str]) -> CellsBySlug:
    """Returns the cells of stored records in the columns of a grid, in the order of `slugs`."""
    names = [kind.key, *editable_columns(kind)]
    found = StoredCells(kind, [kind.columns[name] for name in names]).read(slugs)
    return {slug: {name: found[slug][name] for name in names} for slug in slugs if slug in found}


def _as_file(cells: CellsBySlug) -> BytesIO:
    return BytesIO(json.dumps(cells, ensure_ascii=False).encode())


def grid_records(
    job: ImportJob, sheet: GridSheet, columns: Sequence[ImportColumn]
) -> Iterator[dict[str, Any]]:
    """Yields the table rows, each with a record, the record's fields, and the errors in hidden columns.

    The number of queries does not depend on the number of records.
    """
    kind, editable = sheet.kind, sheet.editable
    stored = {record.slug: record for record in kind.model.objects.filter(slug__in=sheet.opened)}
    names = record_labels(kind.name, sheet.opened, with_cell=False)
    evidence, errors = _evidence_by_slug(kind, stored), defaultdict(list)
    # Errors are hidden if cells have changed since the check.
    if job.stage == ImportStage.CHECKED:
        for number, mistakes in job.row_results.values_list("number", "mistakes"):
            errors[number] = [(column, message) for column, _value, message in mistakes]
    shown = {column.name for column in columns}
    for number, (slug, opened) in enumerate(sheet.opened.items(), start=1):
        typed, mistakes, record = sheet.typed.get(slug, {}), errors[number], stored.get(slug)
        yield {
            "number": number,
            "name": names.get(slug, slug),
            "url": change_url_by_pk(kind.model, record.pk) if record else "",
            "state": record.get_state_display() if record else "",
            "is_locked": slug not in editable,
            "cells": [
                GridCell(
                    field_name(number, name := column.name),
                    column,
                    opened[name],
                    typed.get(name, opened[name]),
                    evidence[slug].get(evidence_field(column)) if record and opened[name] else None,
                    [message for wrong, message in mistakes if wrong == name],
                )
                for column in columns
            ],
            "errors": [
                (column_label(kind, name), message) for name, message in mistakes if name not in shown
            ],
        }


def _evidence_by_slug(kind: ImportableModel, stored: Mapping[str, Record]) -> dict[str, dict]:
    """Maps slugs and fields to the evidence for the stored values."""
    records = list(stored.values())
    filled, supported = filled_fields(records), supported_fields(records)
    confirmed = confirmed_values(kind.model, [record.pk for record in records])
    return {
        slug: dict.fromkeys(filled[record.pk] if WHOLE in supported[record.pk] else (), CellEvidence.COVERED)
        | dict.fromkeys(supported[record.pk], CellEvidence.CITED)
        | dict.fromkeys(
            fields_without_evidence(kind.model, filled[record.pk], supported[record.pk]), CellEvidence.LACKING
        )
        | dict.fromkeys(confirmed.get(record.pk, ()), CellEvidence.ON_WORD)
        for slug, record in stored.items()
    }
