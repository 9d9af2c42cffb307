"""What the query string of an export says besides the filters, and what is answered when it cannot be read."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from sco_cities.listings.columns import Column
from sco_cities.listings.fields import shortened
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.row_batch import RowBatch

COLUMNS, LABELS, BOM = "columns", "labels", "bom"
_SWITCHES = {"": False, "0": False, "1": True}


@dataclass(frozen=True)
class ExportParams:
    """How an export is written: which columns, with names beside slugs, with a byte-order mark."""

    columns: tuple[Column, ...] = ()
    labels: bool = False
    bom: bool = False

    @classmethod
    def read(cls, selection: ListQuery, *taken: str) -> "ExportParams":
        """The options among those that this form takes.

        What is wrong with them, or with any other parameter, joins `selection.errors`.
        """
        options = cls(
            columns=_columns(selection) if COLUMNS in taken else (),
            labels=_switch(selection, LABELS) if LABELS in taken else False,
            bom=_switch(selection, BOM) if BOM in taken else False,
        )
        for name in sorted(selection.unknown_parameters.difference(taken)):
            selection.errors[name] = [_("Unknown parameter. Correct or remove it.")]
        return options

    @property
    def header(self) -> list[str]:
        """The names of the columns of the file."""
        return [name for column in self.columns for name in self._names(column)]

    def read_columns(self, block: RowBatch) -> Iterator[tuple[str, list]]:
        """The name and the values of each column of the file, for the records of a block."""
        for column in self.columns:
            name, *beside = self._names(column)
            yield name, column.values(block)
            for name in beside:
                yield name, column.names(block)

    def _names(self, column: Column) -> list[str]:
        if self.labels and column.has_names:
            return [column.name, f"{column.name}_names"]
        return [column.name]


def _columns(selection: ListQuery) -> tuple[Column, ...]:
    listing = selection.listing
    asked = [name.strip() for value in selection.values_of(COLUMNS) for name in value.split(",")]
    unknown = [name for name in asked if name not in listing.column_by_name]
    if unknown:
        selection.errors[COLUMNS] = [
            _("Unknown columns: %(names)s. Available columns: %(columns)s.")
            % {"names": shortened(", ".join(unknown)), "columns": ", ".join(listing.column_by_name)}
        ]
        return ()
    return tuple(listing.column_by_name[name] for name in dict.fromkeys(asked or listing.default_columns))


def _switch(selection: ListQuery, name: str) -> bool:
    values = selection.values_of(name) or [""]
    if len(values) > 1 or values[0] not in _SWITCHES:
        selection.errors[name] = [_("Enter 1 (yes) or 0 (no).")]
        return False
    return _SWITCHES[values[0]]


def bad_request(selection: ListQuery) -> HttpResponse:
    """The reasons why a query string cannot be answered, one a line, as plain text with status 400."""
    lines = [
        f"{shortened(name)}: {reason}" if name else reason
        for name, reasons in selection.errors.items()
        for reason in reasons
    ]
    return HttpResponse("\n".join(lines) + "\n", status=400, content_type="text/plain; charset=utf-8")
