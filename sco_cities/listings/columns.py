"""The columns of a list, declared once: for the table of the page, for every export, and for sorting.

A column gives its values for a block of records at a time (`values`); before that it can be told to have all that
it needs read from the database (`read`).
"""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass

from sco_cities.facet_index.sorting import SortKey

from .row_batch import RowBatch

# A place on the map as GeoJSON writes it: longitude, latitude.
Point = tuple[float, float]


@dataclass(frozen=True)
class Column:
    """A column of a list.

    `field` is the field of the list's QuerySet that it shows, by default of its own name. Exports that name no
    columns have those that are there `by_default`. `order` is what sorting by the column goes by; None where
    the list cannot be sorted by it.
    """

    name: str
    label: str
    field: str = ""
    _: KW_ONLY
    order: SortKey | None = None
    by_default: bool = True

    # Whether cells name other records, whose names can be written beside them.
    has_names = False
    # Whether values are references that programs follow, and tell people nothing.
    is_reference = False
    # Whether values are dates in EDTF, some of which are full days.
    is_dated = False
    # Whether it says where a record is, and whether that can be several places.
    gives_places = False
    places_are_several = False

    @property
    def source(self) -> str:
        return self.field or self.name

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the list's QuerySet that `values` looks at."""
        return (self.source,)

    def read(self, block: RowBatch) -> None:
        """Has the block read all that `values` and `names` need of the database."""
        block.fetch()

    def values(self, block: RowBatch) -> list:
        """For each record a text, number, date, truth value, None, or a list of texts (slugs of other records)."""
        return block.field(self.source)

    def names(self, block: RowBatch) -> list[list[str]]:
        """The names that go with the slugs of `values`."""
        raise NotImplementedError

    def word(self, value) -> str:
        """A value of a record, not a list, as people read it; "" where there is nothing to say."""
        return str(value or "")

    def places(self, block: RowBatch) -> list[list[Point]]:
        """Where each record is, of a column that gives places."""
        raise NotImplementedError

    def numbers(self, block: RowBatch) -> dict[str, list]:
        """What rows of the page show of it that the facet index knows, by the name of the attribute."""
        return {}


class DateColumn(Column):
    """A column of dates in EDTF, as written."""

    is_dated = True


class TimestampColumn(Column):
    """A column of moments, in UTC."""


class ItemsColumn(Column):
    """A column of texts that are lists, joined by “; ”."""

    def values(self, block):
        return [
            [item for part in text.split(";") if (item := part.strip())] for text in block.field(self.source)
        ]


class CountColumn(Column):
    """A column of numbers that a facet of the index counts, and that the list's QuerySet annotates."""

    def numbers(self, block):
        return {self.source: self.values(block)}

    @property
    def fields(self):
        return ()

    def read(self, block):
        block.tally(self.source)

    def values(self, block):
        return block.tally(self.source)


@dataclass(frozen=True)
class RelatedColumn(Column):
    """A column with the record of kind `of` that a field names, by its `key`; empty while readers cannot see it."""

    of: str = ""
    key: str = "slug"
    gives_places: bool = False

    has_names = True

    @property
    def fields(self):
        return (f"{self.source}_id",)

    def read(self, block):
        super().read(block)
        block.records(self.of)

    def places(self, block):
        return [[_point(record)] if record is not None else [] for record in self.records(block)]

    def records(self, block: RowBatch) -> list:
        """The published records themselves, None where there is none."""
        known = block.records(self.of)
        found = (known.get(key) for key in block.field(f"{self.source}_id"))
        return [record if record is not None and record.is_published else None for record in found]

    def values(self, block):
        return ["" if record is None else getattr(record, self.key) for record in self.records(block)]

    def names(self, block):
        return ["" if record is None else str(record) for record in self.records(block)]


@dataclass(frozen=True)
class RelatedListColumn(Column):
    """A column with the published records of kind `of` that an axis gives, by their `key`, in order of name.

    `only` keeps the pairs of the axis that have this first part.
    """

    axis: str = ""
    of: str = ""
    key: str = "slug"
    only: str = ""
    gives_places: bool = False

    has_names = True
    places_are_several = True

    @property
    def fields(self):
        return ()

    def read(self, block):
        block.fetch_having(self.axis)
        block.places(self.of)
        block.records(self.of)

    def records(self, block: RowBatch) -> list[list]:
        """The records themselves, of each record of the block."""
        known = block.records(self.of)
        having = self._having(block)
        return block.in_turn((known[key], having[key]) for key in having if known[key].is_published)

    def _having(self, block: RowBatch) -> dict[int, Iterable[int]]:
        """Which records of the block have each of the others, these in order of name."""
        having = block.having(self.axis)
        if self.only:
            having = {value[1]: keys for value, keys in having.items() if value[0] == self.only}
        places = block.places(self.of)
        return {key: having[key] for key in sorted(having, key=places.__getitem__)}

    def places(self, block):
        return [[_point(record) for record in records] for records in self.records(block)]

    def values(self, block):
        shown = block.shown(self.of, self.key)
        return block.listed((shown[key], keys) for key, keys in self._having(block).items() if key in shown)

    def names(self, block):
        known, shown = block.records(self.of), block.shown(self.of, self.key)
        return block.listed(
            (str(known[key]), keys) for key, keys in self._having(block).items() if key in shown
        )


def _point(city) -> Point:
    return float(city.longitude), float(city.latitude)
