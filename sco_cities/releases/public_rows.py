"""Reads public rows in batches, with constant memory use.

Rows never contain references to unpublished records. If the caller has opened a snapshot (`facet_index.read_snapshot`),
all queries read the same state of the database.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from pyroaring import BitMap

from sco_cities.core.publication_state import VISIBLE
from sco_cities.datapackage.columns import PackageColumn
from sco_cities.datapackage.natural_keys import RECORD_MODELS, cell_of, content_type
from sco_cities.datapackage.relation_columns import (
    ForeignKeyColumn,
    GenericForeignKeyColumn,
    ManyToManyColumn,
)
from sco_cities.db.pk_queries import pk_in
from sco_cities.listings.exports.csv_file import format_utc
from sco_cities.sources.base_models import FIGURE
from sco_cities.sources.models import Evidence, Stance

from .public_tables import PUBLIC_TABLES, PublicTable

BATCH_SIZE = 2_000
# Maximum number of cached record cells per kind of record.
MAX_REMEMBERED = 20_000

# The keys of selected records and passages, by table name.
Selection = Mapping[str, BitMap]
# A value, None for an unknown value, or a tuple of sorted items in a list column.
Cell = str | int | float | tuple[str, ...] | None
Row = tuple[Cell, ...]


class PublicRows:
    """The rows of all tables, or only the rows of a selection from `closed_selection`."""

    def __init__(self, selection: Selection | None = None):
        self.selection = selection
        self._cells: dict[str, dict[int, str | None]] = defaultdict(dict)

    def rows(self, table: PublicTable) -> Iterator[Row]:
        """Yields a table's rows in arbitrary order. In each row, derived values follow the column values."""
        columns = [self._reader(column) for column in table.columns]
        columns += [
            (lambda values: list(map(_time_or_day, values)), (column.name,)) for column in table.derived
        ]
        paths = list(dict.fromkeys(["pk", *(path for _read, own in columns for path in own)]))
        ends = [index for index, column in enumerate(table.columns) if _is_end(table, column)]
        for stored in self._batches(table, paths):
            by_path = dict(zip(paths, map(list, zip(*stored, strict=True)), strict=True))
            values = [read(*(by_path[path] for path in own)) for read, own in columns]
            for row in zip(*values, strict=True):
                if all(row[index] is not None for index in ends):
                    yield row

    def _batches(self, table: PublicTable, paths: list[str]) -> Iterator[list[tuple]]:
        """Yields non-empty batches of the stored values at `paths`, with the primary key first."""
        found = _visible(table).values_list(*paths)
        if self.selection is None:
            yield from _by_key(found)
            return
        for condition in _conditions(table, self.selection):
            if stored := list(found.filter(condition)):
                yield stored

    def _reader(self, column: PackageColumn) -> tuple[Callable[..., list], tuple[str, ...]]:
        """Returns a function that converts stored values to a column's values, and the paths of its arguments."""
        if isinstance(column, ForeignKeyColumn):
            return lambda keys: self._named(column.to, keys), (_key_path(column),)
        if isinstance(column, ManyToManyColumn):
            return lambda pks: self._lists(column, pks), ("pk",)
        if isinstance(column, GenericForeignKeyColumn):
            return self._records, column.paths
        write = column.writer(None)
        convert = {"INTEGER": int, "REAL": float, "TEXT": str}[column.sql_type]

        def read(*stored: list) -> list:
            return [
                convert(cell) if (cell := write(*values)) else None for values in zip(*stored, strict=True)
            ]

        return read, column.paths

    def _named(self, collection: str, keys: Sequence[int | None]) -> list[str | None]:
        """Returns the cell for each record key. The cell is None if the record is not public or not selected."""
        known = self._cells[collection]
        if len(known) > MAX_REMEMBERED:
            known.clear()
        if missing := {key for key in keys if key is not None}.difference(known):
            known |= dict.fromkeys(missing)
            selected = BitMap(missing)
            if self.selection is not None:
                selected &= self.selection[collection]
            visible = RECORD_MODELS[collection].objects.published().order_by().filter(pk_in(list(selected)))
            known |= {pk: cell_of(collection, slug) for pk, slug in visible.values_list("pk", "slug")}
        return [known.get(key) for key in keys]

    def _records(self, kinds: list[int], keys: list[int]) -> list[str | None]:
        by_kind = defaultdict(list)
        for kind, key in zip(kinds, keys, strict=True):
            by_kind[kind].append(key)
        collections = {content_type(collection): collection for collection in RECORD_MODELS}
        cells = {}
        for kind, own in by_kind.items():
            collection = collections[kind]
            for key, cell in zip(own, self._named(collection, own), strict=True):
                cells[kind, key] = cell and f"{collection}:{cell}"
        return [cells[pair] for pair in zip(kinds, keys, strict=True)]

    def _lists(self, column: ManyToManyColumn, pks: list[int]) -> list[tuple[str, ...]]:
        own, other = f"{column.own}_id", f"{column.other}_id"
        pairs = column.through.objects.order_by().filter(pk_in(pks, own)).values_list(own, other)
        owners, others = zip(*pairs, strict=True) if (pairs := list(pairs)) else ((), ())
        lists = defaultdict(list)
        for pk, cell in zip(owners, self._named(column.to, others), strict=True):
            if cell is not None:
                lists[pk].append(cell)
        return [tuple(sorted(lists[pk])) for pk in pks]


def _is_end(table: PublicTable, column: PackageColumn) -> bool:
    """Returns True if a row is omitted when the record in this column is not public."""
    return column.name in table.key and isinstance(column, ForeignKeyColumn | GenericForeignKeyColumn)


def _key_path(column: ForeignKeyColumn) -> str:
    """Returns the path to the primary key of the record that a column refers to."""
    return column.paths[0].removesuffix("__slug") + "_id"


def _time_or_day(value: datetime.date | datetime.datetime | None) -> str | None:
    if isinstance(value, datetime.datetime):
        return format_utc(value)
    return value and value.isoformat()


def _visible(table: PublicTable) -> QuerySet:
    """Returns a table's public rows, including rows that refer to unpublished records."""
    rows = table.model.objects.order_by()
    if table.is_record_table:
        return rows.filter(state=VISIBLE)
    return rows.filter(_shown_rulings()) if table.name == "rulings" else rows


def _shown_rulings() -> Exists:
    """Returns a condition for rulings on values that a published report contradicts. Pages hide other rulings."""
    is_figure = Q(field=FIGURE) & Q(label=OuterRef("field"))
    differing = Evidence.objects.from_published_reports().filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), stance=Stance.DIFFERS
    )
    labelled = differing.alias(label=Concat(Value(f"{FIGURE}:"), "figure__label"))
    return Exists(labelled.filter(is_figure | Q(field=OuterRef("field"))))


def _by_key(rows: QuerySet) -> Iterator[list[tuple]]:
    """Yields all rows in batches. Each batch starts after the last primary key of the previous batch."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH_SIZE]):
        yield batch
        last = batch[-1][0]


def _conditions(table: PublicTable, selection: Selection) -> Iterator[Q]:
    """Yields conditions for batches of the selected rows of a table."""
    if table.name in selection:
        yield from map(pk_in, _parts(selection[table.name]))
        return
    owner = table.by_name[table.owner]
    if isinstance(owner, ForeignKeyColumn):
        yield from (pk_in(part, _key_path(owner)) for part in _parts(selection[owner.to]))
        return
    for collection in RECORD_MODELS:
        of_kind = Q(content_type=content_type(collection))
        yield from (of_kind & pk_in(part, "object_id") for part in _parts(selection[collection]))


def _parts(keys: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(keys)
    while part := list(islice(remaining, BATCH_SIZE)):
        yield part


_PASSAGES = "passages"


def closed_selection(found: Mapping[str, Iterable[int]]) -> Selection:
    """Returns the published records in `found` (keys by collection) and everything that they refer to.

    The selection includes records that columns and rows of the found records refer to, such as the cities of
    initiatives and the delegates at events. It also includes the passages of evidence with their reports and speakers,
    and all passages of found reports. References in columns and evidence are followed recursively.
    """
    selected = {name: BitMap() for name in (*RECORD_MODELS, _PASSAGES)}
    new = {name: _published(name, BitMap(own)) for name, own in found.items()}
    named = defaultdict(BitMap)
    for name, own in _named_by_rows(new):
        named[name] |= own
    while new:
        for name, own in new.items():
            selected[name] |= own
            for other, keys in _rests_on(PUBLIC_TABLES[name], own):
                named[other] |= keys
        new = {name: keys for name, own in named.items() if (keys := _published(name, own - selected[name]))}
    return selected


def _named_by_rows(found: Mapping[str, BitMap]) -> Iterator[tuple[str, BitMap]]:
    """Yields records that rows of the found records refer to, and the passages of found reports."""
    for table in PUBLIC_TABLES.values():
        owner = table.by_name.get(table.owner)
        if not isinstance(owner, ForeignKeyColumn) or owner.to not in found:
            continue
        rows = table.model.objects.filter(pk_in(found[owner.to], f"{owner.name}_id"))
        if table.name == _PASSAGES:
            yield _PASSAGES, _keys(rows, "pk")
            continue
        for column in table.columns:
            if isinstance(column, ForeignKeyColumn) and column != owner:
                yield column.to, _keys(rows, f"{column.name}_id")


def _rests_on(table: PublicTable, keys: BitMap) -> Iterator[tuple[str, BitMap]]:
    """Yields the records that columns of these records or passages refer to, and the passages of their evidence."""
    rows = table.model.objects.filter(pk_in(keys))
    for column in table.columns:
        if isinstance(column, ForeignKeyColumn):
            yield column.to, _keys(rows, f"{column.name}_id")
        elif isinstance(column, ManyToManyColumn):
            pairs = column.through.objects.filter(pk_in(keys, f"{column.own}_id"))
            yield column.to, _keys(pairs, f"{column.other}_id")
    if table.is_record_table:
        cited = Evidence.objects.from_published_reports().filter(
            pk_in(keys, "object_id"), content_type=content_type(table.name)
        )
        yield _PASSAGES, _keys(cited, "passage_id")


def _published(name: str, keys: BitMap) -> BitMap:
    """Returns the keys of published records, or all keys for passages, because their reports are filtered."""
    if name == _PASSAGES or not keys:
        return keys
    return _keys(RECORD_MODELS[name].objects.published().filter(pk_in(keys)), "pk")


def _keys(rows: QuerySet, path: str) -> BitMap:
    values = rows.order_by().values_list(path, flat=True).distinct()
    return BitMap(key for key in values.iterator(50_000) if key is not None)
