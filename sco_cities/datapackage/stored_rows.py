"""The stored rows of the records of packages, to compare these with them."""

from collections.abc import Iterable

from sco_cities.db.pk_filter import pk_in

from .dump import stored_cells
from .natural_keys import RECORD_MODELS, StoredKeys, content_type
from .parse import Package
from .relation_columns import GenericForeignKeyColumn
from .table import Table
from .tables import TABLES


def stored_rows(packages: Iterable[Package]) -> Package:
    """The stored rows of the records of these packages, and of their parts, as a package."""
    keys = {
        key
        for package in packages
        for table in TABLES.values()
        for row in package.rows.get(table.name, ())
        if (key := table.subject_key(row.values)) is not None
    }
    stored = StoredKeys()
    stored.load(keys)
    pks = {
        name: [stored.pk(key) for key in keys if key[0] == name and key in stored] for name in RECORD_MODELS
    }
    package = Package()
    for table in TABLES.values():
        lines = stored_cells(table, list(_row_pks(table, pks)))
        package.add_rows(table, table.header, [(0, cells) for cells in lines])
    return package


def _row_pks(table: Table, pks: dict[str, list[int]]) -> Iterable[int]:
    if table.is_record_table:
        return pks[table.name]
    rows = table.model._base_manager.order_by()
    owner = table.by_name[table.owner]
    if not isinstance(owner, GenericForeignKeyColumn):
        return rows.filter(pk_in(pks[owner.to], f"{table.owner}_id")).values_list("pk", flat=True)
    return (
        pk
        for name, own in pks.items()
        for pk in rows.filter(pk_in(own, "object_id"), content_type=content_type(name)).values_list(
            "pk", flat=True
        )
    )
