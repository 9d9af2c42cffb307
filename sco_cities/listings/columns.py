"""The columns of a list, declared once for the table of the page, every export, and sorting.

A column gives its values for a batch of records (`values`). `read` fetches what it needs from the database first.
"""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.facet_index.facets import Reads
from sco_cities.facet_index.sorting import SortKey, by_count

from .row_batch import RowBatch

# Coordinates in GeoJSON order, which is longitude, latitude.
Point = tuple[float, float]


@dataclass(frozen=True)
class Column:
    """A column of a list.

    `field` is the field of the list's QuerySet with its values, by default the field of the same name. Exports without
    `columns` have the columns with `by_default`. `order` sorts by the column, and None makes it unsortable. `label` is
    its heading in the table of the page. If the heading does not fit the values alone ("Years", above start and end),
    `description` names them for programs and other files.
    """

    name: str
    label: str
    field: str = ""
    _: KW_ONLY
    order: SortKey | None = None
    by_default: bool = True
    description: str = ""

    # Whether cells refer to other records, so that exports can add a column with their names.
    has_names = False
    # Whether values are references for programs, meaningless to people.
    is_reference = False
    # Whether values are EDTF dates, some of them full days.
    is_edtf = False
    # Whether the column gives the coordinates of records.
    has_points = False
    # Whether the table shows a number in this column.
    is_number = False
    # Whether the values come from other records, such as a count of them. The page of a record as of a day lacks these.
    is_of_others = False
    # Whether values are lists.
    is_list = False
    # The list of the records referred to.
    of = ""
    # The type of values in JSON, if no model field defines it.
    json_type = ""
    # The meaning of the values, in addition to the label.
    meaning: ClassVar[str | Promise] = ""

    @property
    def source(self) -> str:
        return self.field or self.name

    @property
    def full_label(self) -> str:
        """The name of the values outside the table."""
        return self.description or self.label

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the list's QuerySet that `values` needs."""
        return (self.source,)

    def reads(self, collection: str) -> tuple[Reads, ...]:
        """The parts of the facet index that `values` and `names` need. System checks report missing ones."""
        return ()

    def read(self, batch: RowBatch) -> None:
        """Reads the data for `values` and `names` from the database."""
        batch.fetch()

    def values(self, batch: RowBatch) -> list:
        """For each record a text, number, date, boolean, None, or a list of texts (slugs of other records)."""
        return batch.field(self.source)

    def names(self, batch: RowBatch) -> list[list[str]]:
        """The names of the records whose slugs are the `values`."""
        raise NotImplementedError

    def points(self, batch: RowBatch) -> list[list[Point]]:
        """The coordinates of each record, for a column with `has_points`. By default the coordinates of `records`."""
        return [
            [(float(place.longitude), float(place.latitude)) for place in places]
            for places in self.records(batch)
        ]

    def records(self, batch: RowBatch) -> list[list]:
        """The published records that the column names, for each record of the batch."""
        raise NotImplementedError

    def index_attributes(self, batch: RowBatch) -> dict[str, list]:
        """Data shown in rows and held by the facet index, by the name of the record's attribute."""
        return {}


class ComputedColumn(Column):
    """A column of values without a field in the list's QuerySet. The batch keeps the values after reading."""

    fields = ()

    def read(self, batch):
        self.values(batch)

    def index_attributes(self, batch):
        return {self.source: self.values(batch)}


@dataclass(frozen=True)
class CountColumn(ComputedColumn):
    """A column of record counts that have a facet in the index, used for sorting."""

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
    """A column with the `key` of a related record of the collection `of`. Empty if the record is unpublished.

    A `key` that is not its slug or code is an attribute of the record, such as its kind.
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

    def read(self, batch):
        super().read(batch)
        batch.records(self.of)

    def keys(self, batch: RowBatch) -> list[int | None]:
        """The primary key of the record that each record of the batch refers to."""
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
    """A column with the published records of the collection `of` from a dimension, by their `key`, in order of name.

    `only` keeps the pairs of the dimension that have this first part.
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
        batch.name_positions(self.of)
        batch.records(self.of)

    def records(self, batch):
        by_key = batch.records(self.of)
        owners = self.owners(batch)
        return batch.group_by_record((by_key[key], owners[key]) for key in owners if by_key[key].is_published)

    def owners(self, batch: RowBatch) -> dict[int, Iterable[int]]:
        """Groups the batch's records by related record, and sorts the groups by its name."""
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
