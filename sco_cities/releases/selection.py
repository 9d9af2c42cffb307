"""A part of the published data that is closed under references: what some records name is in it, too."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from pyroaring import BitMap

from sco_cities.datapackage.natural_keys import RECORD_MODELS, content_type
from sco_cities.datapackage.relation_columns import ForeignKeyColumn, ManyToManyColumn
from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.models import Evidence, Passage

from .public_rows import Selection
from .public_tables import PUBLIC_TABLES, PublicTable

_PASSAGES, _REPORTS = "passages", "reports"


def closed_selection(found: Mapping[str, Iterable[int]]) -> Selection:
    """The published records among `found` (keys by collection), and all that they refer to.

    That is what their columns name, and what these name in turn; the records in the rows that belong to found records,
    such as the cities of initiatives and the delegates at events; and the passages that are evidence for any of these,
    with their reports. All passages of a found report are in it.
    """
    keys = {collection: BitMap() for collection in RECORD_MODELS}
    for collection, own in found.items():
        keys[collection] |= _published(collection, BitMap(own))
    for table in _parts_of_records():
        own = keys[table.table.owner_table].copy()
        for column in table.columns:
            if isinstance(column, ForeignKeyColumn) and column.name != table.table.owner:
                rows = table.table.model.objects.filter(pk_in(own, f"{table.table.owner}_id"))
                keys[column.to] |= _published(column.to, _keys(rows, f"{column.name}_id"))
    passages = _of_reports(keys[_REPORTS])
    for table in reversed([table for table in PUBLIC_TABLES.values() if table.table.is_record_table]):
        _add_named(table, keys)
    for collection, own in keys.items():
        cited = Evidence.objects.from_published_reports().filter(
            pk_in(own, "object_id"), content_type=content_type(collection)
        )
        passages |= _keys(cited, "passage_id")
    keys[_REPORTS] |= _keys(Passage.objects.filter(pk_in(passages)), "report_id")
    return keys | {_PASSAGES: passages}


def _parts_of_records() -> list[PublicTable]:
    """The tables of rows that belong to one kind of record and name another."""
    return [
        table
        for table in PUBLIC_TABLES.values()
        if not table.table.is_record_table
        and isinstance(table.table.by_name[table.table.owner], ForeignKeyColumn)
        and table.name != _PASSAGES
    ]


def _add_named(table: PublicTable, keys: dict[str, BitMap]) -> None:
    """Adds what the columns of the selected records of a table name, until nothing new comes."""
    new = keys[table.name].copy()
    while new:
        rows = table.table.model.objects.filter(pk_in(new))
        before = keys[table.name].copy()
        for column in table.columns:
            if isinstance(column, ForeignKeyColumn):
                keys[column.to] |= _published(column.to, _keys(rows, f"{column.name}_id"))
            elif isinstance(column, ManyToManyColumn):
                pairs = column.through.objects.filter(pk_in(new, f"{column.own}_id"))
                keys[column.to] |= _published(column.to, _keys(pairs, f"{column.other}_id"))
        new = keys[table.name] - before


def _of_reports(reports: BitMap) -> BitMap:
    return _keys(Passage.objects.filter(pk_in(reports, "report_id")), "pk")


def _published(collection: str, keys: BitMap) -> BitMap:
    return _keys(RECORD_MODELS[collection].objects.published().filter(pk_in(keys)), "pk") if keys else keys


def _keys(rows: QuerySet, path: str) -> BitMap:
    values = rows.order_by().values_list(path, flat=True).distinct()
    return BitMap(key for key in values.iterator(50_000) if key is not None)
