"""Computes the cells of stored records as in a current export, for comparison with an import."""

from array import array
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from pyroaring import BitMap

from sco_cities.db.pk_queries import batches
from sco_cities.facet_index import registry
from sco_cities.facet_index.change_log import SQLiteVersion
from sco_cities.facet_index.sorted_keys import SortedKeys
from sco_cities.facet_index.state import ChangedKeys, CollectionIndex, IndexState
from sco_cities.listings.exports.csv_file import cells
from sco_cities.listings.exports.formula_escape import unescape_formula
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.facets import DISPUTED, EvidenceDimension

from .column_types import STATE, ImportableModel, ImportColumn

SITE_LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class _AnyStateListing(Listing):
    """A list with records of all publication states. The public list contains only published records."""

    def records(self) -> QuerySet:
        return self.indexed_model.model.objects.all()


class _PrivateIndexes(dict):
    """Indexes of collections in the current transaction, with only the data for counting records."""

    def __init__(self, using: str):
        super().__init__()
        self._using = using

    def __missing__(self, collection: str) -> CollectionIndex:
        kind = registry.indexed_model(collection)
        self[collection] = CollectionIndex(
            kind,
            {"state": kind.dimension("state").read(self._using)},
            {each.name: ChangedKeys() for each in kind.dimensions},
            SortedKeys.from_array(array("I")),
            SimpleLazyObject(lambda: kind.load_records(self._using)),
        )
        return self[collection]


class _StoredRowBatch(RowBatch):
    """A batch of rows that is read in a transaction, where the shared facet index is unavailable.

    Related records, and the indexes for counts, are read once per import.
    """

    def __init__(self, listing: Listing, keys: list[int], fields: Iterable[str], cache: dict):
        super().__init__(listing, None, keys, fields, cache=cache)

    def _index_bitmaps(self, name: str) -> None:
        return None

    def records(self, of: str) -> dict[int, Model]:
        def read() -> dict[int, Model]:
            kind = registry.indexed_model(of)
            ordered = kind.model._base_manager.using(self.using).order_by(*kind.ordering)
            return {record.pk: record for record in ordered}

        return self._cached(("all", of), read)

    def name_positions(self, of: str) -> dict[int, int]:
        return {key: position for position, key in enumerate(self.records(of))}

    def counts(self, facet: str) -> list[int]:
        state = self._cached(
            "state", lambda: IndexState(self.using, SQLiteVersion(0, None), _PrivateIndexes(self.using))
        )
        numbers = self.listing.indexed_model.facets[facet].counts(state, self.listing.collection)
        return [numbers.get(key, 0) for key in self.keys]

    def _read_single_values(self, name: str) -> list:
        dimension = self.listing.indexed_model.dimension(name)
        values = dict.fromkeys(self.keys, "")
        for value, keys in dimension.read_keys(self.using, BitMap(self.keys)).items():
            values |= dict.fromkeys(keys, value)
        return list(values.values())

    def disputed_keys(self) -> BitMap:
        levels = EvidenceDimension(self.listing.indexed_model.model).read_keys(self.using, BitMap(self.keys))
        return levels.get(DISPUTED, BitMap())

    def memoize(self, key: Hashable, inputs: tuple, compute: Callable[[], Any]) -> Any:
        return self._cached(key, compute)


class StoredCells:
    """Reads columns of stored records as cells, without the apostrophes that CSV exports add for escaping."""

    def __init__(self, kind: ImportableModel, columns: Iterable[ImportColumn]):
        self._kind = kind
        self._columns = [column for column in columns if column.list_column is not None]
        self._fields = [field for column in self._columns for field in column.list_column.fields]
        self._listing = _AnyStateListing(
            **{field.name: getattr(kind.listing, field.name) for field in fields(kind.listing)}
        )
        # Caches related records, so that they are read once for all batches.
        self._cache: dict = {}

    def read(self, slugs: Iterable[str]) -> dict[str, dict[str, str]]:
        """Returns the cells and the publication states of stored records by slug and column name.

        A name column has one entry for each language, named "COLUMN LANGUAGE".
        """
        cells_by_slug: dict[str, dict[str, str]] = {}
        for batch in batches(dict.fromkeys(slugs)):
            stored = self._kind.model.objects.filter(slug__in=batch)
            records = {pk: (slug, state) for pk, slug, state in stored.values_list("pk", "slug", "state")}
            if records:
                cells_by_slug |= self._read(records)
        return cells_by_slug

    def _read(self, records: dict[int, tuple[str, str]]) -> dict[str, dict[str, str]]:
        batch = _StoredRowBatch(self._listing, list(records), self._fields, self._cache)
        cells_by_slug = {slug: {STATE: state} for slug, state in records.values()}
        for column in self._columns:
            for name, texts in self._texts(column, batch):
                for (slug, _state), text in zip(records.values(), texts, strict=True):
                    cells_by_slug[slug][name] = text
        return cells_by_slug

    @staticmethod
    def _texts(column: ImportColumn, batch: RowBatch):
        if not column.of:
            yield column.name, _unescaped(column.list_column.values(batch))
            return
        for code in SITE_LANGUAGES:
            with translation.override(code):
                yield f"{column.name} {code}", _unescaped(column.list_column.names(batch))


def _unescaped(values: list) -> list[str]:
    return [unescape_formula(cell) for cell in cells(values)]
