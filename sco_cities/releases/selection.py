"""A part of the published data that is closed under references: what some records name is in it, too."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import QuerySet
from pyroaring import BitMap

from sco_cities.datapackage.natural_keys import RECORD_MODELS, content_type
from sco_cities.datapackage.relation_columns import ForeignKeyColumn, ManyToManyColumn
from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.models import Evidence

from .public_rows import Selection
from .public_tables import PUBLIC_TABLES, PublicTable

_PASSAGES = "passages"


def closed_selection(found: Mapping[str, Iterable[int]]) -> Selection:
    """The published records among `found` (keys by collection), and all that they refer to.

    That is what their columns name; the records in the rows that belong to found records, such as the cities of
    initiatives and the delegates at events; the passages that are evidence for any of these, with their reports and
    speakers; and what all these name and rest on in turn. All passages of a found report are in it.
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
    """What the rows that belong to found records name, and the passages of found reports."""
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
    """What the columns of these records or passages name, and the passages that are evidence for them."""
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
    """Those that readers can see; passages are named only by what they can see."""
    if name == _PASSAGES or not keys:
        return keys
    return _keys(RECORD_MODELS[name].objects.published().filter(pk_in(keys)), "pk")


def _keys(rows: QuerySet, path: str) -> BitMap:
    values = rows.order_by().values_list(path, flat=True).distinct()
    return BitMap(key for key in values.iterator(50_000) if key is not None)
