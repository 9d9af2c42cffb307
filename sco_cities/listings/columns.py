"""Columns of lists, each declared once for the page's table, all exports and sorting.

`read` fetches the data for a batch of records. `values` then returns the column's values for the batch.
"""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.facet_index.facets import Reads
from sco_cities.facet_index.sorting import SortKey, by_count

from .row_batch import RowBatch

# Coordinates in GeoJSON order (longitude, latitude).
Point = tuple[float, float]


@dataclass(frozen=True)
class Column:
    """A column of a list.

    `field` is the QuerySet field with the values, by default the field with the column's name. Exports without the
    parameter `columns` contain the columns whose `by_default` is true. `order` is the sort key, or None if the column
    cannot be sorted. `label` is the heading in the page's table. If a heading such as "Years" describes several
    columns, `description` is the column's name in exports and for programs.
    """

    name: str
    label: str
    field: str = ""
    _: KW_ONLY
    order: SortKey | None = None
    by_default: bool = True
    description: str = ""

    # True if cells refer to other records. Exports can then add a column with the names of these records.
    has_names = False
    # True if values are identifiers for programs that mean nothing to readers.
    is_reference = False
    # True if values are EDTF dates, which may be incomplete.
    is_edtf = False
    # True if the column supplies the coordinates of records.
    has_points = False
    # True if the column shows numbers in the table.
    is_number = False
    # True if the values are computed from other records, such as counts. Pages of past records omit these columns.
    is_of_others = False
    # True if each value is a list.
    is_list = False
    # The collection of the related records.
    of = ""
    # The JSON type of the values, if it cannot be derived from a model field.
    json_type = ""
    # An explanation of the values that supplements the label.
    meaning: ClassVar[str | Promise] = ""

    @property
    def source(self) -> str:
        return self.field or self.name

    @property
    def full_label(self) -> str:
        """The name of the column outside the table."""
        return self.description or self.label

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the list's QuerySet that `values` needs."""
        return (self.source,)

    def reads(self, collection: str) -> tuple[Reads, ...]:
        """Returns the parts of the facet index that `values` and `names` use. System checks report missing parts."""
        return ()

    def read(self, batch: RowBatch) -> None:
        """Reads the data for `values` and `names` from the database."""
        batch.fetch()

    def values(self, batch: RowBatch) -> list:
        """Returns one value per record (a text, number, date, boolean, None, or a list of texts such as slugs)."""
        return batch.field(self.source)

    def names(self, batch: RowBatch) -> list[list[str]]:
        """Returns the names for the slugs in `values`, for each record of the batch."""
        raise NotImplementedError

    def points(self, batch: RowBatch) -> list[list[Point]]:
        """Returns each record's coordinates if `has_points` is set. By default, related `records` supply them."""
        return [
            [(float(place.longitude), float(place.latitude)) for place in places]
            for places in self.records(batch)
        ]

    def records(self, batch: RowBatch) -> list[list]:
        """Returns the published related records in the column, for each record of the batch."""
        raise NotImplementedError

    def index_attributes(self, batch: RowBatch) -> dict[str, list]:
        """Maps attribute names of table rows to values from the facet index."""
        return {}


class ComputedColumn(Column):
    """A column without a field in the list's QuerySet. `read` stores its values in the batch."""

    fields = ()

    def read(self, batch):
        self.values(batch)

    def index_attributes(self, batch):
        return {self.source: self.values(batch)}


@dataclass(frozen=True)
class CountColumn(ComputedColumn):
    """A column that counts related records. A facet with the counts determines the sort order."""

    is_number = True
    is_of_others = True
    meaning = _("number of records")

    def __post_init__(self):
        object.__setattr__(self, "order", by_count(self.source))

    def reads(self, collection):
        return (Reads(collection, facet=self.source),)

    def values(self, batch):
        return batch.counts(self.source)


@dataclass(frozen=True)
class RelatedColumn(Column):
    """A column with the attribute `key` of a related record in the collection `of`.

    The cell is empty if the record is unpublished. `key` is usually "slug" or "code", but may be another attribute,
    such as "kind".
    """

    of: str = ""
    key: str = "slug"
    has_points: bool = False

    @property
    def has_names(self) -> bool:
        return self.key in ("slug", "code")

    @property
    def fields(self):
        return (f"{self.source}_id",)

    def reads(self, collection):
        return (Reads(self.of, records=True),)

    def keys(self, batch: RowBatch) -> list[int | None]:
        """Returns the related record's primary key for each record of the batch."""
        return batch.field(f"{self.source}_id")

    def records(self, batch):
        related = map(batch.records(self.of).get, self.keys(batch))
        return [[record] if record is not None and record.is_published else [] for record in related]

    def values(self, batch):
        return [getattr(found[0], self.key) if found else "" for found in self.records(batch)]

    def names(self, batch):
        return [str(found[0]) if found else "" for found in self.records(batch)]


@dataclass(frozen=True)
class RelatedListColumn(Column):
    """A column that lists the `key` of published related records in the collection `of`, sorted by name.

    The relation is read from `dimension`. If the dimension contains pairs, the column uses pairs whose first part is
    `only`.
    """

    dimension: str = ""
    of: str = ""
    key: str = "slug"
    only: str = ""
    has_points: bool = False

    fields = ()
    has_names = True
    is_list = True

    def reads(self, collection):
        return Reads(collection, dimension=self.dimension), Reads(self.of, records=True)

    def read(self, batch):
        batch.fetch_keys_by_value(self.dimension)

    def records(self, batch):
        by_key = batch.records(self.of)
        owners = self.owners(batch)
        return batch.group_by_record((by_key[key], owners[key]) for key in owners if by_key[key].is_published)

    def owners(self, batch: RowBatch) -> dict[int, Iterable[int]]:
        """Maps related records to the batch's records that refer to them, sorted by the related records' names."""
        owners = batch.keys_by_value(self.dimension)
        if self.only:
            owners = {value[1]: keys for value, keys in owners.items() if value[0] == self.only}
        positions = batch.name_positions(self.of)
        return {key: owners[key] for key in sorted(owners, key=positions.__getitem__)}

    def values(self, batch):
        texts = batch.published_values(self.of, self.key)
        return batch.cell_values(
            (texts[key], keys) for key, keys in self.owners(batch).items() if key in texts
        )

    def names(self, batch):
        by_key, texts = batch.records(self.of), batch.published_values(self.of, self.key)
        return batch.cell_values(
            (str(by_key[key]), keys) for key, keys in self.owners(batch).items() if key in texts
        )
