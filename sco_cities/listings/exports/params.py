"""Query parameters of exports, except filters and sort order, and the response to an invalid query."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import shortened
from sco_cities.listings.columns import Column
from sco_cities.listings.fields import ChoicesField
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.querystring import ErrorCode, QueryError, unknown_parameter
from sco_cities.listings.row_batch import RowBatch

COLUMNS, LABELS, BOM = "columns", "labels", "bom"
_SWITCHES = {"": False, "0": False, "1": True}


@dataclass(frozen=True)
class ExportParams:
    """An export's columns and options (names in addition to slugs, and a byte order mark)."""

    columns: tuple[Column, ...] = ()
    labels: bool = False
    bom: bool = False

    @classmethod
    def read(cls, list_query: ListQuery, *accepted: str) -> "ExportParams":
        """Reads the accepted parameters. Errors, including unknown parameters, are added to the list query."""
        params = cls(
            columns=_columns(list_query) if COLUMNS in accepted else (),
            labels=switch(list_query, LABELS) if LABELS in accepted else False,
            bom=switch(list_query, BOM) if BOM in accepted else False,
        )
        for name in sorted(list_query.unknown_parameters.difference(accepted)):
            list_query.errors[name] = [unknown_parameter(name, (*list_query.parameters, *accepted))]
        return params

    @property
    def header(self) -> list[str]:
        """The column names of the file."""
        return [name for column in self.columns for name in self._names(column)]

    def read_columns(self, batch: RowBatch) -> Iterator[tuple[str, list]]:
        """Yields the name and values of each column in the file for a batch of records."""
        for column in self.columns:
            name, *name_columns = self._names(column)
            yield name, column.values(batch)
            for name in name_columns:
                yield name, column.names(batch)

    def _names(self, column: Column) -> list[str]:
        if self.labels and column.has_names:
            return [column.name, f"{column.name}_names"]
        return [column.name]


def _columns(list_query: ListQuery) -> tuple[Column, ...]:
    listing = list_query.listing
    names = [name.strip() for value in list_query.values_of(COLUMNS) for name in value.split(",")]
    unknown = [name for name in names if name not in listing.column_by_name]
    if unknown:
        sentence = _("Unknown columns: %(names)s. Available columns: %(columns)s.") % {
            "names": shortened(", ".join(unknown)),
            "columns": ", ".join(listing.column_by_name),
        }
        list_query.errors[COLUMNS] = [
            QueryError(sentence, ErrorCode.NOT_A_CHOICE, ", ".join(unknown), listing.column_by_name)
        ]
        return ()
    return tuple(listing.column_by_name[name] for name in dict.fromkeys(names or listing.default_columns))


def switch(list_query: ListQuery, name: str) -> bool:
    """Returns the value of a parameter that accepts 1 or 0 (the default)."""
    values = list_query.values_of(name) or [""]
    if len(values) > 1 or values[0] not in _SWITCHES:
        value = "" if len(values) > 1 else values[0]
        sentence = _("Enter 1 (yes) or 0 (no).")
        list_query.errors[name] = [QueryError(sentence, ErrorCode.NOT_A_CHOICE, value, ("0", "1"))]
        return False
    return _SWITCHES[values[0]]


def _codes(list_query: ListQuery, name: str) -> str:
    # Adds the codes, because programs need codes and the error contains only labels.
    field = list_query.filterset.form.fields.get(name)
    return f" ({', '.join(field.choices)})" if isinstance(field, ChoicesField) else ""


def bad_request(list_query: ListQuery) -> HttpResponse:
    """Returns plain text with status 400 and one error per line. The error for an invalid code lists all codes."""
    lines = [
        (f"{shortened(name)}: {error}" if name else error) + _codes(list_query, name)
        for name, errors in list_query.errors.items()
        for error in errors
    ]
    return HttpResponse("\n".join(lines) + "\n", status=400, content_type="text/plain; charset=utf-8")
