"""Rows of parts of records that go, as the cities that a list does not name any more."""

from collections import defaultdict
from collections.abc import Iterable

from .natural_keys import Stored, batches
from .parse import Row
from .table import Table


def delete_rows(table: Table, rows: Iterable[Row], stored: Stored) -> set[tuple[str, int]]:
    """Deletes the stored rows with the keys of `rows`; the records that they were part of, by table and key."""
    rows = list(rows)
    stored.load(key for row in rows for _column, key in table.names(row.values))
    wanted: dict[int, set[tuple]] = defaultdict(set)
    for row in rows:
        attributes = table.attributes(row.values, stored)
        wanted[attributes[table.found_by]].add(tuple(attributes[name] for name in table.identity))
    going = []
    for some in batches(wanted):
        found = table.model.objects.filter(**{f"{table.found_by}__in": some})
        for pk, *identity in found.values_list("pk", *table.identity):
            owner = identity[table.identity.index(table.found_by)]
            if tuple(identity) in wanted[owner]:
                going.append(pk)
    for some in batches(going):
        table.model.objects.filter(pk__in=some).delete()
    owners = {table.owner_key(row.values) for row in rows}
    return {(collection, stored.pk((collection, slug))) for collection, slug in owners}
