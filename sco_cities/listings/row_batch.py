"""Some records of a list, in order, read column by column for the page and for every export."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from django.db import models
from pyroaring import BitMap

from sco_cities.db.columnar_query import Columns, Condition, InKeys, fetched_columns_among
from sco_cities.facet_index import registry
from sco_cities.facet_index.state import IndexState
from sco_cities.listings.exports.db_functions import SEPARATOR, InUTC

if TYPE_CHECKING:
    from .listing import Listing

# The keys of the records that have a value, by value.
Having = Mapping[Hashable, Iterable[int]]
# So much is kept of what the index does not have, a hundred bytes or two each.
MAX_CACHED = 20_000


class RowBatch:
    """The records of `keys`: their fields with one query, each relation with one more, when it is asked for.

    Fields are those of the list's QuerySet, annotations included. Related records come from the facet index,
    which has them in memory; without it (`state` is None) they are read once for all blocks that are given the
    same `kept`, as is what the index does not have (`known`). `is_of_many`: so many records are read, block by
    block, that it is worth having the index read its lazy axes. What `fetch` and `fetch_having` have read can be
    put together in another thread.
    """

    def __init__(
        self,
        listing: "Listing",
        state: IndexState | None,
        keys: list[int],
        fields: Iterable[str],
        *,
        is_of_many: bool = False,
        kept: dict | None = None,
    ):
        self.listing = listing
        self.state = state
        self.keys = keys
        self._names = list(dict.fromkeys(fields))
        self.is_of_many = is_of_many
        self._kept = {} if kept is None else kept
        self._fetched: dict[str, Callable[[], Having]] = {}
        self._having: dict[str, Having] = {}
        self._made: dict[Hashable, Any] = {}

    @cached_property
    def _fields(self) -> dict[str, Sequence]:
        rows = {row[0]: row for row in self._stored.values_list("pk", *self._names)}
        columns = zip(*(rows[key] for key in self.keys), strict=True)
        return dict(zip(["pk", *self._names], columns, strict=True))

    @property
    def _stored(self) -> models.QuerySet:
        return self._among(lambda column: InKeys.of(column, self.keys))

    def _among(self, among: Condition) -> models.QuerySet:
        return self._stored_fields().order_by().filter(among("pk"))

    def _stored_fields(self) -> models.QuerySet:
        own = {field.attname for field in self.listing.kind.model._meta.concrete_fields}
        # To build the annotations of a list takes longer than to read a page without them.
        return self.listing.records() if own.issuperset(self._names) else self.listing.for_page()

    def fetch(self) -> None:
        """Has all that `field` needs read from the database."""
        self._fields  # noqa: B018 - is kept

    def field(self, name: str) -> list:
        """The values of a field, in the order of the records."""
        return self._fields[name]

    def fetch_having(self, name: str) -> None:
        """Has all that `having` needs read from the database."""
        if name in self._fetched:
            return
        values = self._held(name)
        # Nothing that is kept here leads back to the block: it would stay until Python looks for cycles.
        self._fetched[name] = (
            self._fetch_pairs(name) if values is None else partial(_picked, values, self._bitmap)
        )

    def having(self, name: str) -> Having:
        """The keys of those records that have a value of an axis, by value."""
        if name not in self._having:
            self.fetch_having(name)
            self._having[name] = self._fetched[name]()
        return self._having[name]

    def _held(self, name: str) -> Mapping[Hashable, BitMap] | None:
        """The bitmaps of the facet index, where there are fewer of them than records."""
        if self.state is None or (self.listing.kind.axis(name).lazy and not self.is_of_many):
            return None
        values = self.state.axis(self.listing.collection, name)
        return None if len(values) > len(self.keys) else values

    @cached_property
    def _bitmap(self) -> BitMap:
        return BitMap(self.keys)

    def _fetch_pairs(self, name: str) -> Callable[[], Having]:
        axis = self.listing.kind.axis(name)
        columns = fetched_columns_among(
            self.keys,
            lambda among: axis.rows(self.using).filter(among(axis.key)),
            [*axis.names, axis.key],
            using=self.using,
            called=axis,
        )

        def having():
            *values, keys = columns()
            found = defaultdict(list)
            for value, key in zip(map(axis.seen, zip(*values, strict=True)), keys, strict=True):
                found[value].append(key)
            return found

        return having

    def in_turn(self, items: Iterable[tuple[Any, Iterable[int]]]) -> list[list]:
        """For each record the items that come with its key, one after the other."""
        found = defaultdict(list)
        for item, keys in items:
            for key in keys:
                found[key].append(item)
        return [found.get(key, []) for key in self.keys]

    def listed(self, items: Iterable[tuple[str, Iterable[int]]]) -> list:
        """The same of texts, as values of a column."""
        return self.in_turn(items)

    @property
    def using(self) -> str:
        return self.listing.kind.model.objects.db

    def records(self, of: str) -> dict[int, models.Model]:
        """The records of a kind that others refer to, by key."""
        if self.state is not None:
            return self.state.index(of).records
        return self._read_all(of)[0]

    def shown(self, of: str, key: str) -> dict[int, str]:
        """What stands in cells for the published records of a kind: their slugs or codes."""
        records = self.records(of)

        def make():
            return {pk: getattr(record, key) for pk, record in records.items() if record.is_published}

        name = ("shown", of, key)
        return self.state.remember(name, (records,), make) if self.state else self._keep(name, make)

    def places(self, of: str) -> dict[int, int]:
        """The places of such records in the order of their names."""
        if self.state is None:
            return self._read_all(of)[1]
        order = self.state.index(of).order
        return self.state.remember(
            ("places", of), (order,), lambda: {key: place for place, key in enumerate(order.keys)}
        )

    def _read_all(self, of: str) -> tuple[dict[int, models.Model], dict[int, int]]:
        def read():
            kind = registry.indexed_model(of)
            ordered = list(kind.model._base_manager.using(self.using).order_by(*kind.order))
            return {each.pk: each for each in ordered}, {each.pk: place for place, each in enumerate(ordered)}

        return self._keep(("all", of), read)

    def _keep(self, name: Hashable, make: Callable[[], Any]) -> Any:
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def known(
        self, name: Hashable, keys: Iterable[int], read: Callable[[set[int]], dict]
    ) -> Mapping[int, Any]:
        """What `read` gives for some keys, at least for these, by key; blocks of the same `kept` read it once."""
        known = self._keep(name, dict)
        missing = set(keys).difference(known)
        if len(known) + len(missing) > MAX_CACHED:
            # Another one, since the block before this one may still be looking things up in the old one.
            known, missing = {}, set(keys)
            self._kept[name] = known
        if missing:
            known |= dict.fromkeys(missing) | read(missing)
        return known

    def once(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` returns, made once for this block."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def tally(self, facet: str) -> list[int]:
        """A number that a facet counts, or the list's QuerySet annotates by the same name, for each record."""
        return self.once(facet, lambda: self._tallied(facet))

    def _tallied(self, facet: str) -> list[int]:
        if self.state is None:
            annotated = self.listing.for_page().order_by().filter(InKeys.of("pk", self.keys))
            numbers = dict(annotated.values_list("pk", facet))
            return [numbers[key] for key in self.keys]
        numbers = dict.fromkeys(self.keys, 0)
        for number, having in self.state.facet(self.listing.collection, facet).items():
            numbers |= dict.fromkeys(having & self._bitmap, number)
        return [numbers[key] for key in self.keys]


def _picked(values: Mapping[Hashable, BitMap], wanted: BitMap) -> Having:
    # Walked by value: for a million records that took a sixth of the time of asking for their pairs by key.
    return {value: here for value, having in values.items() if (here := having & wanted)}


class DatabaseRowBatch(RowBatch):
    """The same with fields as they are stored, times as text in UTC: sooner read, for what writes text."""

    @cached_property
    def _columns(self) -> Columns:
        model = self.listing.kind.model
        times = {f.name: InUTC(f.name) for f in model._meta.fields if isinstance(f, models.DateTimeField)}
        return fetched_columns_among(
            self.keys,
            self._among,
            [times.get(name, name) for name in ["pk", *self._names]],
            using=self.using,
            called=(self.listing.collection, *self._names),
        )

    def fetch(self):
        self._columns  # noqa: B018 - is kept

    @cached_property
    def _fields(self):
        keys, *columns = self._columns()
        places = {key: place for place, key in enumerate(keys)}
        order = [places[key] for key in self.keys]
        columns = [list(map(column.__getitem__, order)) for column in columns]
        return {"pk": self.keys} | dict(zip(self._names, columns, strict=True))

    def listed(self, items):
        # Joined at once: lists of a block take half as long again, and keep the garbage collector busy.
        found = dict.fromkeys(self.keys, "")
        for item, keys in items:
            another = SEPARATOR + item
            for key in keys:
                before = found[key]
                found[key] = before + another if before else item
        return list(found.values())
