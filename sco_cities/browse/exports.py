"""A list in another form than the page: the same records in the same order, all of them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from .columns import Column, Listing
from .csv_cells import cell
from .fields import shown
from .selection import Selection

ROWS_PER_BLOCK = 500
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_SWITCHES = {"": False, "0": False, "1": True}


@dataclass(frozen=True)
class Options:
    """How an export is written: which columns, with names beside slugs, with a byte-order mark."""

    columns: tuple[Column, ...]
    labels: bool
    bom: bool

    PARAMETERS = ("columns", "labels", "bom")

    @classmethod
    def read(cls, selection: Selection) -> "Options":
        """The options that the query string asks for; what is wrong with them joins `selection.errors`."""
        return cls(
            _chosen_columns(selection), labels=_switch(selection, "labels"), bom=_switch(selection, "bom")
        )


def _chosen_columns(selection: Selection) -> tuple[Column, ...]:
    listing = selection.listing
    asked = [name.strip() for value in selection.values_of("columns") for name in value.split(",")]
    unknown = [name for name in asked if name not in listing.column_by_name]
    if unknown:
        selection.errors["columns"] = [
            _("No column of this list: %(names)s. It has: %(columns)s.")
            % {"names": shown(", ".join(unknown)), "columns": ", ".join(listing.column_by_name)}
        ]
        return ()
    return tuple(listing.column_by_name[name] for name in dict.fromkeys(asked or listing.default_columns))


def _switch(selection: Selection, name: str) -> bool:
    values = selection.values_of(name) or [""]
    if len(values) > 1 or values[0] not in _SWITCHES:
        selection.errors[name] = [_("Write 1 for yes or 0 for no.")]
        return False
    return _SWITCHES[values[0]]


def refuse_unknown_parameters(selection: Selection, *known: str) -> None:
    """Adds an error for each parameter that neither the list nor `known` names."""
    for name in sorted(selection.unknown_parameters.difference(known)):
        selection.errors[name] = [_("There is no such parameter.")]


def bad_request(selection: Selection) -> HttpResponse:
    """The reasons why a query string cannot be answered, one a line, as plain text with status 400."""
    lines = [
        f"{shown(name)}: {reason}" if name else reason
        for name, reasons in selection.errors.items()
        for reason in reasons
    ]
    return HttpResponse("\n".join(lines) + "\n", status=400, content_type="text/plain; charset=utf-8")


class _Line:
    """A file that hands each line that is written to it straight back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(records: Iterable, options: Options) -> Iterator[str]:
    """The lines of the CSV file: the header row, then a row for each record (RFC 4180, CRLF)."""
    write = csv.writer(_Line(), lineterminator="\r\n").writerow
    header = []
    for column in options.columns:
        header += [column.name, f"{column.name}_names"] if options.labels and column.names else [column.name]
    yield write(header)
    for record in records:
        row = []
        for column in options.columns:
            row.append(cell(column.value(record)))
            if options.labels and column.names:
                row.append(cell(column.names(record)))
        yield write(row)


def blocks(lines: Iterator[str], *, bom: bool) -> Iterator[bytes]:
    """The lines as UTF-8 in blocks: many lines at once take half the time that single ones do."""
    start = BOM if bom else ""
    while block := "".join(islice(lines, ROWS_PER_BLOCK)):
        yield (start + block).encode()
        start = ""


def csv_export(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The list that `request` asks for as a CSV file, or status 400 with the reasons why not."""
    selection = Selection.for_export(listing, request)
    options = Options.read(selection)
    refuse_unknown_parameters(selection, *Options.PARAMETERS)
    if selection.errors:
        return bad_request(selection)
    lines = csv_lines(selection.records.iterator(chunk_size=ROWS_PER_BLOCK), options)
    response = StreamingHttpResponse(blocks(lines, bom=options.bom), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{listing.collection}.csv"'
    return response
