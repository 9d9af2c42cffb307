"""Some records of a list, in order, read column by column for the page and for every export."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Func, Value
from pyroaring import BitMap

from .index import kinds
from .index.state import State

if TYPE_CHECKING:
    from .listing import Listing


class _Listed(Func):
    """Keys as the rows of a subquery: one parameter, where checking each of a thousand takes as long as the query."""

    output_field = models.BigIntegerField()

    def as_sqlite(self, compiler, connection, **context):
        template = "(SELECT value FROM json_each('[' || %(expressions)s || ']'))"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler, connection, **context):
        template = "(SELECT UNNEST(STRING_TO_ARRAY(%(expressions)s, ',')::bigint[]))"
        return self.as_sql(compiler, connection, template=template, **context)


class Block:
    """The records of `keys`: their fields with one query, each relation with one more, when it is asked for.

    Fields are those of the list's QuerySet, annotations included. Related records come from the facet index,
    which has them in memory.
    """

    def __init__(self, listing: "Listing", state: State | None, keys: list[int], fields: Iterable[str]):
        self.listing = listing
        self.state = state
        self.keys = keys
        self._names = list(dict.fromkeys(fields))
        self.among = _Listed(Value(",".join(map(str, keys)), models.TextField()))
        self._pairs: dict[str, dict[int, list[Hashable]]] = {}

    @cached_property
    def _fields(self) -> dict[str, list]:
        stored = self._stored_fields().order_by().filter(pk__in=self.among)
        rows = {row[0]: row for row in stored.values_list("pk", *self._names)}
        columns = zip(*(rows[key] for key in self.keys), strict=True)
        return dict(zip(["pk", *self._names], columns, strict=True))

    def _stored_fields(self) -> models.QuerySet:
        own = {field.attname for field in self.listing.kind.model._meta.concrete_fields}
        # To build the annotations of a list takes longer than to read a page without them.
        return self.listing.records() if own.issuperset(self._names) else self.listing.for_page()

    def field(self, name: str) -> list:
        """The values of a field, in the order of the records."""
        return self._fields[name]

    def related(self, axis: str) -> list[list[Hashable]]:
        """The values of an axis that each record has."""
        if axis not in self._pairs:
            found = defaultdict(list)
            for value, key in self.listing.kind.axis(axis).pairs(self.using, self.among):
                found[key].append(value)
            self._pairs[axis] = found
        return [self._pairs[axis].get(key, []) for key in self.keys]

    @property
    def using(self) -> str:
        return self.listing.records().db

    def records(self, of: str) -> dict[int, models.Model]:
        """The records of a kind that others refer to, by key."""
        if self.state is not None:
            return self.state.index(of).records
        return self._stored(of)[0]

    def shown(self, of: str, key: str) -> dict[int, str]:
        """What stands in cells for the published records of a kind: their slugs or codes."""
        records = self.records(of)

        def make():
            return {pk: getattr(record, key) for pk, record in records.items() if record.is_published}

        return self.state.remember(("shown", of, key), (records,), make) if self.state else make()

    def places(self, of: str) -> dict[int, int]:
        """The places of such records in the order of their names."""
        if self.state is None:
            return self._stored(of)[1]
        order = self.state.index(of).order
        return self.state.remember(
            ("places", of), (order,), lambda: {key: place for place, key in enumerate(order.keys)}
        )

    def _stored(self, of: str) -> tuple[dict[int, models.Model], dict[int, int]]:
        kind = kinds.kind(of)
        ordered = list(kind.model._base_manager.using(self.using).order_by(*kind.order))
        return {each.pk: each for each in ordered}, {each.pk: place for place, each in enumerate(ordered)}

    def tally(self, facet: str) -> list[int]:
        """A number that a facet counts, or the list's QuerySet annotates by the same name, for each record."""
        if self.state is None:
            annotated = self.listing.for_page().order_by().filter(pk__in=self.among)
            numbers = dict(annotated.values_list("pk", facet))
            return [numbers[key] for key in self.keys]
        numbers = dict.fromkeys(self.keys, 0)
        wanted = BitMap(self.keys)
        for number, having in self.state.facet(self.listing.collection, facet).items():
            numbers |= dict.fromkeys(having & wanted, number)
        return [numbers[key] for key in self.keys]
