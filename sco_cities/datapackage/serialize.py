"""Stored rows as cells of the package, in its canonical order."""

from collections.abc import Collection

from .natural_keys import batches
from .table import Table


def stored_cells(table: Table, among: Collection[int] | None = None) -> list[list[str]]:
    """The rows of a table, in order of its key; with `among` only those with these primary keys.

    The order is made here, for databases put texts in order each in its own way.
    Raises LookupError where something is stored about a record that is gone.
    """
    paths = list(dict.fromkeys(path for column in table.columns for path in column.paths))
    places = [[paths.index(path) for path in column.paths] for column in table.columns]
    writers = [column.writer(among) for column in table.columns]
    rows = [
        [write(*(values[place] for place in where)) for write, where in zip(writers, places, strict=True)]
        for values in _stored_values(table, paths, among)
    ]
    keys = [(table.header.index(name), table.by_name[name]) for name in table.key]
    rows.sort(key=lambda cells: [column.sort_key(cells[place]) for place, column in keys])
    return rows


def _stored_values(table: Table, paths: list[str], among: Collection[int] | None):
    rows = table.model.objects.order_by().values_list(*paths)
    if among is None:
        yield from rows
        return
    for some in batches(among):
        yield from rows.filter(pk__in=some)
