"""From a checked package into the database: new rows are created, rows that differ are updated."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models, transaction
from django.utils import timezone

from sco_cities.core.fields import computed_fields, refresh_computed
from sco_cities.db.bulk_insert import insert_records, insert_rows
from sco_cities.history.models import ChangeSource
from sco_cities.history.recorder import Recorder

from .delete_rows import delete_rows
from .locking import watch
from .natural_keys import RECORD_MODELS, RecordKey, Stored, batches
from .parse import Package, Row
from .relation_columns import ManyToManyColumn
from .table import Table
from .tables import EVIDENCE, TABLES

# Enough to make round trips cheap, and few enough for a statement to end well within its time limit.
BATCH_OF_ROWS = 1000


@dataclass
class TableChanges:
    """What writing a table did, in rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass
class LoadSummary:
    """What writing a package did, by table; `str()` gives one line with the sums."""

    tables: dict[str, TableChanges] = field(default_factory=dict)

    def total(self, what: str) -> int:
        return sum(getattr(changes, what) for changes in self.tables.values())

    def __str__(self):
        return ", ".join(f"{what} {self.total(what):,}" for what in ("created", "updated", "unchanged"))


def load(package: Package, recorder: Recorder | None = None) -> LoadSummary:
    """Writes a package in which `check` found no problem; DatabaseError where it is refused all the same.

    All of it is written or nothing. Rows are matched with stored ones by the table's key. Nothing is deleted but
    what the package removes, though lists (themes, countries, organisations, speakers) become what their cells
    say. `updated_at` of a record is set when one of its values, lists, cities, attendances, passages, figures or
    evidence has changed, and else left alone. `recorder` writes down in the history what happens. Nobody else writes
    to these records meanwhile; whoever has read them before holds them (see `holding`).
    """
    summary = LoadSummary()
    stored = Stored()
    recorder = recorder or Recorder(ChangeSource.PACKAGE)
    now = timezone.now()
    new: dict[str, set[int]] = defaultdict(set)
    fresh: dict[str, set[int]] = defaultdict(set)
    touched: dict[str, set[int]] = defaultdict(set)
    with transaction.atomic():
        watch(package, stored, recorder)
        for name, rows in package.removed.items():
            for collection, pk in delete_rows(TABLES[name], rows, stored):
                touched[collection].add(pk)
        for table in TABLES.values():
            if rows := package.rows.get(table.name):
                writer = _TableWriter(table, rows, stored, now, new)
                summary.tables[table.name] = writer.write()
                new[table.name] |= writer.new_records_of_table()
                if table.is_of_records:
                    recorder.note_created(writer.created.values())
                fresh[table.name] |= writer.fresh_records()
                for collection, pk in writer.owners():
                    touched[collection].add(pk)
        for collection, pks in touched.items():
            for some in batches(pks - fresh[collection]):
                RECORD_MODELS[collection].objects.filter(pk__in=some).update(updated_at=now)
        recorder.write()
    return summary


class _TableWriter:
    """Writes the rows of one table."""

    def __init__(self, table: Table, rows: list[Row], stored: Stored, now, new_records: dict[str, set[int]]):
        self.table, self.rows, self.stored, self.now = table, rows, stored, now
        self.new_records = new_records
        # Rows that nothing refers to are written as they are, without an instance of the model for each.
        self.needs_keys = table.is_of_records or bool(table.lists)
        self.created: dict[int, models.Model | None] = {}
        self.updated: dict[int, models.Model] = {}
        self.changed_attributes: set[str] = set()
        self.instances: list[models.Model | None] = []

    def write(self) -> TableChanges:
        self._load_names()
        own = self.table.own_reference
        wanted = [self._attributes(row, without=own) for row in self.rows]
        twins = self._twins(wanted)
        for place, attributes in enumerate(wanted):
            twin = twins.get(self._identity(attributes))
            if twin is None:
                self.created[place] = twin = self.table.model(**attributes) if self.needs_keys else None
            else:
                self._set(place, twin, attributes)
            self.instances.append(twin)
        self._create(wanted)
        if own:
            self._set_own_references(own)
        for column in self.table.lists:
            self._set_list(column)
        self._save_updated()
        created, updated = len(self.created), len(self.updated.keys() - self.created.keys())
        return TableChanges(created, updated, len(self.rows) - created - updated)

    def _create(self, wanted: list[dict]) -> None:
        if not self.created:
            return
        if self.needs_keys:
            insert_records(self.table.model, list(self.created.values()))
        else:
            names = list(wanted[next(iter(self.created))])
            insert_rows(
                self.table.model,
                names,
                (tuple(wanted[place][name] for name in names) for place in self.created),
            )
        if self.table.is_of_records:
            self.stored.know(self.table.name, {record.slug: record.pk for record in self.created.values()})

    def new_records_of_table(self) -> set[int]:
        """The records that were created."""
        return {record.pk for record in self.created.values()} if self.table.is_of_records else set()

    def fresh_records(self) -> set[int]:
        """The records whose time stamp is of now already."""
        if not self.table.is_of_records:
            return set()
        return {record.pk for record in (*self.created.values(), *self.updated.values())}

    def owners(self) -> Iterable[tuple[str, int]]:
        """The records of which a part was created or updated, by table and primary key."""
        if self.table.owner:
            for place in self.created.keys() | self.updated.keys():
                key = self.table.owner_key(self.rows[place].values)
                yield key[0], self.stored.pk(key)

    def _load_names(self) -> None:
        keys: set[RecordKey] = {key for row in self.rows for _column, key in self.table.names(row.values)}
        self.stored.load(keys)
        if self.table is EVIDENCE:
            self.stored.load_passages({row.values["report"] for row in self.rows})
            self.stored.load_figures({row.values["record"] for row in self.rows})

    def _attributes(self, row: Row, without) -> dict:
        values = row.values
        if without:
            values = {name: value for name, value in values.items() if name != without.name}
        return self.table.attributes(values, self.stored)

    def _identity(self, attributes: dict) -> tuple:
        return tuple(attributes[name] for name in self.table.identity)

    def _twins(self, wanted: list[dict]) -> dict[tuple, models.Model]:
        """The stored rows that the wanted ones may be, by identity."""
        found_by = self.table.found_by
        searched: dict[tuple, set] = defaultdict(set)
        for row, attributes in zip(self.rows, wanted, strict=True):
            # Of a record that this very load has created nothing can be stored yet.
            if not self._is_part_of_fresh(row):
                kind = tuple((name, attributes[name]) for name in self.table.found_within)
                searched[kind].add(attributes[found_by])
        found = {}
        for kind, keys in searched.items():
            for some in batches(keys):
                for instance in self.table.model.objects.filter(**dict(kind), **{f"{found_by}__in": some}):
                    found[tuple(getattr(instance, name) for name in self.table.identity)] = instance
        return found

    def _is_part_of_fresh(self, row: Row) -> bool:
        if not self.table.owner:
            return False
        collection, slug = self.table.owner_key(row.values)
        return self.stored.pk((collection, slug)) in self.new_records[collection]

    def _set(self, place: int, instance: models.Model, attributes: dict) -> None:
        for name, value in attributes.items():
            if getattr(instance, name) != value:
                setattr(instance, name, value)
                self.changed_attributes.add(name)
                self.updated[place] = instance

    def _set_own_references(self, column) -> None:
        """Sets references within the table, which may be to rows that had to be created first."""
        self.stored.load(key for row in self.rows for key in column.names(row.values.get(column.name)))
        for place, (row, instance) in enumerate(zip(self.rows, self.instances, strict=True)):
            if column.name in row.values:
                self._set(place, instance, column.attributes(row.values[column.name], self.stored))

    def _set_list(self, column: ManyToManyColumn) -> None:
        """Makes the stored lists what the cells say."""
        own, other = f"{column.own}_id", f"{column.other}_id"
        places = {
            instance.pk: place
            for place, instance in enumerate(self.instances)
            if column.name in self.rows[place].values
        }
        stored = {}
        for some in batches(pk for pk, place in places.items() if place not in self.created):
            pairs = column.through.objects.filter(**{f"{own}__in": some})
            stored |= {(owner, named): pk for pk, owner, named in pairs.values_list("pk", own, other)}
        wanted = {
            (owner, self.stored.pk(key)): None
            for owner, place in places.items()
            for key in column.names(self.rows[place].values[column.name])
        }
        new = [pair for pair in wanted if pair not in stored]
        gone = {pk: pair for pair, pk in stored.items() if pair not in wanted}
        insert_rows(column.through, (own, other), new)
        for some in batches(gone):
            column.through.objects.filter(pk__in=some).delete()
        for owner, _named in (*new, *gone.values()):
            place = places[owner]
            if place not in self.created:
                self.updated[place] = self.instances[place]

    def _save_updated(self) -> None:
        if not self.updated:
            return
        model = self.table.model
        names = set(self.changed_attributes)
        if self.changed_attributes:
            names |= {computed.name for computed in computed_fields(model)}
        if self.table.is_of_records:
            names.add("updated_at")
        for instance in self.updated.values():
            # Bulk updates call no pre_save, which would do both.
            refresh_computed(instance)
            instance.updated_at = self.now
        if names:
            model.objects.bulk_update(self.updated.values(), sorted(names), batch_size=BATCH_OF_ROWS)
