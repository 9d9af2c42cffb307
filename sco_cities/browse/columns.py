"""The columns of a list, declared once: for the table of the page, for every export, and for sorting.

A column gives its values for a block of records at a time (`values`), and the same as an SQL expression that
makes finished cells (`cell`), with which PostgreSQL writes a CSV file by itself.
"""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Expression, F, OuterRef, Subquery, When
from django.db.models.functions import Upper

from .block import Block
from .cells import AsText, InItems, InUTC, Joined, Neutralised
from .index import kinds
from .sorting import Alphabetical, By

if TYPE_CHECKING:
    from .listing import Listing

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
    order: By | None = None
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

    def values(self, block: Block) -> list:
        """For each record a text, number, date, truth value, None, or a list of texts (slugs of other records)."""
        return block.field(self.source)

    def names(self, block: Block) -> list[list[str]]:
        """The names that go with the slugs of `values`."""
        raise NotImplementedError

    def places(self, block: Block) -> list[list[Point]]:
        """Where each record is, of a column that gives places."""
        raise NotImplementedError

    def numbers(self, block: Block) -> dict[str, list]:
        """What rows of the page show of it that the facet index knows, by the name of the attribute."""
        return {}

    def cell(self, listing: "Listing") -> Expression:
        """The cell as PostgreSQL makes it; null where it is empty."""
        return Neutralised(F(self.source))


class Number(Column):
    """A column of whole numbers, days or whatever is written as it is stored."""

    def cell(self, listing):
        return AsText(F(self.source))


class Dated(Column):
    """A column of dates in EDTF, as written."""

    is_dated = True


class Time(Column):
    """A column of moments, in UTC."""

    def cell(self, listing):
        return InUTC(F(self.source))


class Items(Column):
    """A column of texts that are lists, joined by “; ”."""

    # The same on both sides: what else is white space is another question in Python than in PostgreSQL.
    SPACE = " \t\n\r\v\f"

    def values(self, block):
        return [
            [item for part in text.split(";") if (item := part.strip(self.SPACE))]
            for text in block.field(self.source)
        ]

    def cell(self, listing):
        return Neutralised(InItems(F(self.source)))


class Count(Column):
    """A column of numbers that a facet of the index counts, and that the list's QuerySet annotates."""

    def numbers(self, block):
        return {self.source: self.values(block)}

    @property
    def fields(self):
        return ()

    def values(self, block):
        return block.tally(self.source)

    def cell(self, listing):
        return AsText(F(self.source))


@dataclass(frozen=True)
class One(Column):
    """A column with the record of kind `of` that a field names, by its `key`; empty while readers cannot see it."""

    of: str = ""
    key: str = "slug"
    gives_places: bool = False

    has_names = True

    @property
    def fields(self):
        return (f"{self.source}_id",)

    def places(self, block):
        return [[_point(record)] if record is not None else [] for record in self.records(block)]

    def records(self, block: Block) -> list:
        """The published records themselves, None where there is none."""
        known = block.records(self.of)
        found = (known.get(key) for key in block.field(f"{self.source}_id"))
        return [record if record is not None and record.is_published else None for record in found]

    def values(self, block):
        return ["" if record is None else getattr(record, self.key) for record in self.records(block)]

    def names(self, block):
        return ["" if record is None else str(record) for record in self.records(block)]

    def cell(self, listing):
        return Case(
            When(**{f"{self.source}__state": "published"}, then=_key_of(f"{self.source}__", self.key)),
            output_field=CharField(),
        )


@dataclass(frozen=True)
class Many(Column):
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

    def records(self, block: Block) -> list[list]:
        """The records themselves, of each record of the block."""
        known = block.records(self.of)
        having = self._having(block)
        return block.in_turn((known[key], having[key]) for key in having if known[key].is_published)

    def _having(self, block: Block) -> dict[int, Iterable[int]]:
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

    def cell(self, listing):
        axis = listing.kind.axis(self.axis)
        value = axis.value if isinstance(axis.value, str) else axis.value[-1]
        rows = axis.holder._base_manager.filter(**{axis.key: OuterRef("pk"), f"{value}__state": "published"})
        if self.only:
            rows = rows.filter(**{axis.value[0]: self.only})
        joined = Joined(
            _key_of(f"{value}__", self.key),
            Alphabetical(f"{value}__{kinds.kind(self.of).name}"),
            Alphabetical(f"{value}__slug"),
        )
        return Subquery(rows.order_by().values(axis.key).annotate(_cell=joined).values("_cell"))


def _point(city) -> Point:
    return float(city.longitude), float(city.latitude)


def _key_of(path: str, key: str) -> Expression:
    """The slug of a record, or its code, which is the same in capitals."""
    return Upper(F(f"{path}slug")) if key == "code" else F(f"{path}slug")
