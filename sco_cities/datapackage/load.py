"""Writes a validated package to the database. New rows are created. Rows that differ are locked and updated."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.db import models, transaction
from django.utils import timezone

from delegates.models import Delegate
from sco_cities.changes.locking import KeysByModel, lock_all
from sco_cities.changes.recorder import Recorder
from sco_cities.core.fields import computed_fields, refresh_computed
from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.db.bulk_insert import insert_records, insert_rows
from sco_cities.db.pk_queries import batches, pk_in, rows_among
from sco_cities.history.models import ChangeSource
from sco_cities.sources.models import Report

from .dump import subject_keys
from .natural_keys import StoredKeys
from .parse import Package, Row
from .relation_columns import ManyToManyColumn
from .table import Table
from .tables import EVIDENCE, PASSAGES, TABLES


def lock_rows(package: Package, stored: StoredKeys) -> KeysByModel:
    """Locks the records that the package may change, until the transaction ends. Returns their primary keys by model.

    Call this before reading data that is compared with the package. Loads the keys of the records into `stored`.
    """
    keys = subject_keys(package)
    speakers = PASSAGES.by_name["speakers"]
    for row in package.rows.get(PASSAGES.name, ()):
        keys.update(speakers.references(row.values.get("speakers", ())))
    stored.load(keys)
    locked = stored.by_model(keys)
    if package.rows.get(PASSAGES.name):
        quoted = Delegate.objects.filter(pk_in(locked[Report], "passages__report"))
        locked[Delegate].update(quoted.values_list("pk", flat=True))
    lock_all(locked)
    return locked


# Batches of this size need few round trips to the database, and each statement finishes well within its timeout.
BATCH_SIZE = 1000


class LoadSummary(dict[str, dict[str, int]]):
    """The number of created, updated and unchanged rows per table. `str()` gives one line with the totals."""

    def __str__(self):
        return ", ".join(
            f"{outcome} {sum(changes[outcome] for changes in self.values()):,}"
            for outcome in ("created", "updated", "unchanged")
        )


def load(package: Package, recorder: Recorder | None = None) -> LoadSummary:
    """Writes a package that has passed `validate.check`, either completely or not at all.

    Raises DatabaseError if the database rejects the package. Package rows are matched with stored rows by the table's
    key. Rows are deleted only if they are in `package.removed`. Lists (themes, countries, organisations, speakers) are
    set to the items in their cells. A record's `updated_at` is set only if one of its values, lists, cities,
    attendances, passages, figures or evidence rows has changed. `recorder` stores the history. It raises Refused if a
    published record gets a value without evidence and the recorder does not confirm the existing evidence. `load` locks
    the records. A caller that reads the records earlier must first lock them with `lock_rows`.
    """
    recorder = recorder or Recorder(ChangeSource.PACKAGE, sets_dates=True)
    with transaction.atomic():
        summary = write_rows(package, recorder)
        recorder.write()
        recorder.require_evidence()
    return summary


def write_rows(package: Package, recorder: Recorder) -> LoadSummary:
    """Implements `load` within the caller's transaction. The caller must write the history that `recorder` collects."""
    summary = LoadSummary()
    stored = StoredKeys()
    now = timezone.now()
    created: dict[str, set[int]] = defaultdict(set)
    for model, keys in lock_rows(package, stored).items():
        recorder.watch(model, keys)
    for name, rows in package.removed.items():
        pks = filter(None, stored_pks(TABLES[name], rows, stored))
        TABLES[name].model.objects.filter(pk_in(pks)).delete()
    for table in TABLES.values():
        if rows := package.rows.get(table.name):
            writer = _TableWriter(table, rows, stored, now, created)
            summary[table.name] = writer.write()
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
        # Rows that no other row references are inserted directly, without creating model instances.
        self.needs_instances = table.is_record_table or bool(table.lists)
        self.created: dict[int, models.Model | None] = {}
        self.updated: dict[int, models.Model] = {}
        self.changed_attributes: set[str] = set()
        self.instances: list[models.Model | None] = []

    def write(self) -> dict[str, int]:
        load_references(self.table, self.rows, self.stored)
        self_reference = self.table.self_reference
        wanted = [self._attributes(row, without=self_reference) for row in self.rows]
        stored = self._stored_rows(wanted)
        for position, attributes in enumerate(wanted):
            instance = stored.get(tuple(attributes[name] for name in self.table.identity))
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
        return {"created": created, "updated": updated, "unchanged": len(self.rows) - created - updated}

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
            self.stored.records[self.table.name] |= {
                record.slug: record.pk for record in self.created.values()
            }

    def _attributes(self, row: Row, without) -> dict:
        values = row.values
        if without:
            values = {name: value for name, value in values.items() if name != without.name}
        return self.table.attributes(values, self.stored)

    def _stored_rows(self, wanted: list[dict]) -> dict[tuple, models.Model]:
        """Returns the stored rows that may match package rows, by identity."""
        lookup_field = self.table.lookup_field
        lookups: dict[tuple, set] = defaultdict(set)
        for row, attributes in zip(self.rows, wanted, strict=True):
            owner = self.table.subject_key(row.values) if self.table.owner else None
            # A record created by this load has no stored parts yet.
            if owner is None or self.stored.pk(owner) not in self.new_records[owner[0]]:
                scope = tuple((name, attributes[name]) for name in self.table.lookup_scope)
                lookups[scope].add(attributes[lookup_field])
        stored = {}
        for scope, keys in lookups.items():
            for instance in rows_among(self.table.model.objects.filter(**dict(scope)), lookup_field, keys):
                stored[tuple(getattr(instance, name) for name in self.table.identity)] = instance
        return stored

    @cached_property
    def _empty_cells(self) -> dict:
        """Returns the empty values of the attributes whose columns the package lacks."""
        return {column.attribute: column.empty for column in self.table.columns if column.is_optional}

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
        existing = (pk for pk, position in positions.items() if position not in self.created)
        pairs = column.through.objects.values_list("pk", own, other)
        stored = {(owner, related): pk for pk, owner, related in rows_among(pairs, own, existing)}
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


def stored_pks(table: Table, rows: list[Row], stored: StoredKeys) -> list[int | None]:
    """Returns the primary keys of the stored rows with the same keys as `rows`, and None for missing rows."""
    load_references(table, rows, stored)
    wanted = [table.attributes(row.values, stored) for row in rows]
    identities = [tuple(attributes[name] for name in table.identity) for attributes in wanted]
    stored_rows = table.model.objects.values_list("pk", *table.identity)
    lookups = {attributes[table.lookup_field] for attributes in wanted}
    pks = {tuple(own): pk for pk, *own in rows_among(stored_rows, table.lookup_field, lookups)}
    return [pks.get(identity) for identity in identities]
