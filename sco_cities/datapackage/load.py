"""Writes a validated package to the database by creating new rows and updating rows that differ."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db import models, transaction
from django.utils import timezone

from sco_cities.changes.recorder import Recorder
from sco_cities.core.fields import computed_fields, refresh_computed
from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.db.bulk_insert import insert_records, insert_rows
from sco_cities.db.pk_queries import batches
from sco_cities.history.models import ChangeSource

from .locking import watch
from .natural_keys import StoredKeys
from .parse import Package, Row
from .relation_columns import ManyToManyColumn
from .table import Table
from .tables import EVIDENCE, TABLES

# Large enough for few round trips, and small enough for each statement to finish well within its timeout.
BATCH_SIZE = 1000


@dataclass
class TableChanges:
    """The number of created, updated and unchanged rows of a table."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass
class LoadSummary:
    """The changes of a load per table. `str()` gives one line with the totals."""

    tables: dict[str, TableChanges] = field(default_factory=dict)

    def total(self, outcome: str) -> int:
        return sum(getattr(changes, outcome) for changes in self.tables.values())

    def __str__(self):
        return ", ".join(
            f"{outcome} {self.total(outcome):,}" for outcome in ("created", "updated", "unchanged")
        )


def load(package: Package, recorder: Recorder | None = None) -> LoadSummary:
    """Writes a package that has passed `validate.check`. Raises DatabaseError if the database still rejects it.

    Either the whole package is written or nothing. Rows are matched with stored ones by the table's key. Only
    `package.removed` is deleted, but lists (themes, countries, organisations, speakers) are set to exactly their cells.
    A record's `updated_at` is set only if one of its values, lists, cities, attendances, passages, figures or evidence
    has changed. `recorder` stores the history. It raises Refused if a published record gets a value without evidence,
    unless the recorder confirms the existing evidence. The records are locked. A caller that reads them earlier must
    lock them first (see `locking`).
    """
    recorder = recorder or Recorder(ChangeSource.PACKAGE, sets_dates=True)
    with transaction.atomic():
        summary = write_rows(package, recorder)
        recorder.write()
        recorder.require_evidence()
    return summary


def write_rows(package: Package, recorder: Recorder) -> LoadSummary:
    """Does the work of `load` within the caller's transaction. The caller must make `recorder` write the history."""
    summary = LoadSummary()
    stored = StoredKeys()
    now = timezone.now()
    created: dict[str, set[int]] = defaultdict(set)
    watch(package, stored, recorder)
    for name, rows in package.removed.items():
        delete_rows(TABLES[name], rows, stored)
    for table in TABLES.values():
        if rows := package.rows.get(table.name):
            writer = _TableWriter(table, rows, stored, now, created)
            summary.tables[table.name] = writer.write()
            if table.is_record_table:
                created[table.name] = {record.pk for record in writer.created.values()}
                recorder.note_created(writer.created.values())
    return summary


def load_references(table: Table, rows: Iterable[Row], stored: StoredKeys) -> None:
    """Looks up the stored keys that the rows of a table reference."""
    stored.load({key for row in rows for _column, key in table.references(row.values)})
    if table is EVIDENCE:
        stored.load_passages({row.values["report"] for row in rows})
        stored.load_figures({row.values["record"] for row in rows})


class _TableWriter:
    """Writes the rows of one table."""

    def __init__(
        self, table: Table, rows: list[Row], stored: StoredKeys, now, new_records: dict[str, set[int]]
    ):
        self.table, self.rows, self.stored, self.now = table, rows, stored, now
        self.new_records = new_records
        # Rows that no other rows reference are inserted directly, without creating a model instance for each.
        self.needs_instances = table.is_record_table or bool(table.lists)
        self.created: dict[int, models.Model | None] = {}
        self.updated: dict[int, models.Model] = {}
        self.changed_attributes: set[str] = set()
        self.instances: list[models.Model | None] = []

    def write(self) -> TableChanges:
        load_references(self.table, self.rows, self.stored)
        self_reference = self.table.self_reference
        wanted = [self._attributes(row, without=self_reference) for row in self.rows]
        stored = self._stored_rows(wanted)
        for position, attributes in enumerate(wanted):
            instance = stored.get(self._identity(attributes))
            if instance is None:
                instance = self.table.model(**attributes) if self.needs_instances else None
                self.created[position] = instance
            else:
                self._set(position, instance, attributes)
            self.instances.append(instance)
        self._create(wanted)
        if self_reference:
            self._set_self_references(self_reference)
        for column in self.table.lists:
            self._set_list(column)
        self._save_updated()
        created, updated = len(self.created), len(self.updated.keys() - self.created.keys())
        return TableChanges(created, updated, len(self.rows) - created - updated)

    def _create(self, wanted: list[dict]) -> None:
        if not self.created:
            return
        if self.needs_instances:
            insert_records(self.table.model, list(self.created.values()))
        else:
            names = list(self._empty_cells | wanted[next(iter(self.created))])
            rows = (self._empty_cells | wanted[position] for position in self.created)
            insert_rows(self.table.model, names, (tuple(row[name] for name in names) for row in rows))
        if self.table.is_record_table:
            self.stored.add_records(
                self.table.name, {record.slug: record.pk for record in self.created.values()}
            )

    def _attributes(self, row: Row, without) -> dict:
        values = row.values
        if without:
            values = {name: value for name, value in values.items() if name != without.name}
        return self.table.attributes(values, self.stored)

    def _identity(self, attributes: dict) -> tuple:
        return tuple(attributes[name] for name in self.table.identity)

    def _stored_rows(self, wanted: list[dict]) -> dict[tuple, models.Model]:
        """The stored rows that may match package rows, by identity."""
        lookup_field = self.table.lookup_field
        lookups: dict[tuple, set] = defaultdict(set)
        for row, attributes in zip(self.rows, wanted, strict=True):
            # A record created by this load has no stored parts yet.
            if not self._is_part_of_created(row):
                scope = tuple((name, attributes[name]) for name in self.table.lookup_scope)
                lookups[scope].add(attributes[lookup_field])
        stored = {}
        for scope, keys in lookups.items():
            for batch in batches(keys):
                for instance in self.table.model.objects.filter(
                    **dict(scope), **{f"{lookup_field}__in": batch}
                ):
                    stored[tuple(getattr(instance, name) for name in self.table.identity)] = instance
        return stored

    @cached_property
    def _empty_cells(self) -> dict:
        """The attributes of columns that are missing from the package, with their empty values."""
        return {column.attribute: column.empty for column in self.table.columns if column.is_optional}

    def _is_part_of_created(self, row: Row) -> bool:
        if not self.table.owner:
            return False
        collection, slug = self.table.owner_key(row.values)
        return self.stored.pk((collection, slug)) in self.new_records[collection]

    def _set(self, position: int, instance: models.Model, attributes: dict) -> None:
        for name, value in attributes.items():
            if getattr(instance, name) != value:
                setattr(instance, name, value)
                self.changed_attributes.add(name)
                self.updated[position] = instance

    def _set_self_references(self, column) -> None:
        """Sets references to rows of the same table, after these rows have been created."""
        self.stored.load(key for row in self.rows for key in column.references(row.values.get(column.name)))
        for position, (row, instance) in enumerate(zip(self.rows, self.instances, strict=True)):
            if column.name in row.values:
                self._set(position, instance, column.attributes(row.values[column.name], self.stored))

    def _set_list(self, column: ManyToManyColumn) -> None:
        """Sets the stored lists to the values of the cells."""
        own, other = f"{column.own}_id", f"{column.other}_id"
        positions = {
            instance.pk: position
            for position, instance in enumerate(self.instances)
            if column.name in self.rows[position].values
        }
        stored = {}
        for batch in batches(pk for pk, position in positions.items() if position not in self.created):
            pairs = column.through.objects.filter(**{f"{own}__in": batch})
            stored |= {(owner, related): pk for pk, owner, related in pairs.values_list("pk", own, other)}
        wanted = {
            (owner, self.stored.pk(key)): None
            for owner, position in positions.items()
            for key in column.references(self.rows[position].values[column.name])
        }
        added = [pair for pair in wanted if pair not in stored]
        removed = {pk: pair for pair, pk in stored.items() if pair not in wanted}
        insert_rows(column.through, (own, other), added)
        for batch in batches(removed):
            column.through.objects.filter(pk__in=batch).delete()
        for owner, _related in (*added, *removed.values()):
            position = positions[owner]
            if position not in self.created:
                self.updated[position] = self.instances[position]

    def _save_updated(self) -> None:
        if not self.updated:
            return
        model = self.table.model
        names = set(self.changed_attributes)
        if self.changed_attributes:
            names |= {computed.name for computed in computed_fields(model)}
        if self.table.is_record_table:
            names.add("updated_at")
        for position, instance in self.updated.items():
            if TRANSLATED_FROM in self.rows[position].values:
                instance.take_translated_from_as_given()
            # `bulk_update` does not call `pre_save`, which would compute and set these columns.
            refresh_computed(instance)
            instance.updated_at = self.now
        if names:
            model.objects.bulk_update(self.updated.values(), sorted(names), batch_size=BATCH_SIZE)


def delete_rows(table: Table, rows: Iterable[Row], stored: StoredKeys) -> None:
    """Deletes the stored rows that have the keys of `rows`."""
    rows = list(rows)
    load_references(table, rows, stored)
    wanted: dict[int, set[tuple]] = defaultdict(set)
    for row in rows:
        attributes = table.attributes(row.values, stored)
        wanted[attributes[table.lookup_field]].add(tuple(attributes[name] for name in table.identity))
    pks = []
    for batch in batches(wanted):
        stored_rows = table.model.objects.filter(**{f"{table.lookup_field}__in": batch})
        for pk, *identity in stored_rows.values_list("pk", *table.identity):
            owner = identity[table.identity.index(table.lookup_field)]
            if tuple(identity) in wanted[owner]:
                pks.append(pk)
    for batch in batches(pks):
        table.model.objects.filter(pk__in=batch).delete()
