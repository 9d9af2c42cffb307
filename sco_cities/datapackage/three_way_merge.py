"""Merges a new package into stored rows by comparing each row and cell with the old package.

If curators have not changed a cell since the old package, it gets the new value. A cell that only curators have changed
keeps its value. A cell that both sides have changed keeps the curators' value, and the difference is listed. Lists are
merged item by item. Rows are added, changed and removed by the same rules.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sco_cities.core import translations
from sco_cities.core.translations import TRANSLATED_FROM, translated_fields

from .columns import PackageColumn
from .natural_keys import RECORD_MODELS, RecordKey, reference
from .parse import Package, Row
from .relation_columns import ManyToManyColumn
from .table import Table
from .tables import EVIDENCE, FIGURES, PASSAGES, TABLES, figure_label

RowKey = tuple
RowsByKey = dict[RowKey, Row]

DELETED_HERE = "was deleted here; it is not created again"
ROW_CHANGED_HERE = "was changed or deleted here; it is not created again"
CHANGED_HERE = "is no longer in the package; kept, because it was changed here"
REFERS_TO_DELETED = "refers to a record that was deleted here"


@dataclass(frozen=True)
class KeptValue:
    """A value that still differs from the package, because both sides changed it or because of `reason`.

    `row` names a row that is part of the record, such as "figures cameras". `row` is "" for the record itself.
    """

    record: str
    row: str = ""
    column: str = ""
    package: str = ""
    stored: str = ""
    reason: str = ""

    @classmethod
    def of(cls, table: Table, row: Row, column="", package="", stored="", reason="") -> "KeptValue":
        """Returns a difference in a row, or in one cell of the row."""
        record, name = reference(*table.subject_key(row.values)), ""
        if not table.is_record_table:
            parts = (row.cells[part] for part in table.key if part != table.owner and row.cells[part])
            name = " ".join([table.name, *parts])
        return cls(record, name, column, package, stored, reason)

    def __str__(self):
        place = " ".join(part for part in (self.record, self.row, self.column) if part)
        text = self.reason or f"the package says “{self.package}”, the record “{self.stored}”"
        return f"{place}: {text}"


def rows_by_key(package: Package, table: Table) -> RowsByKey:
    """Returns the rows of a table by their key."""
    return {
        tuple(row.values[name] for name in table.key): row
        for row in package.rows.get(table.name, ())
        if row.values.keys() >= set(table.key)
    }


class MergedPackage:
    """The changes that merge `new` into the `stored` rows, which were loaded from `old`.

    `stored` contains the rows of all records in both packages. `package` contains changed rows, new rows, and rows to
    remove. `removed_records` contains the records to remove, and `kept` contains the remaining differences.
    """

    def __init__(self, old: Package, new: Package, stored: Package):
        self.package = Package()
        self.removed_records: list[RecordKey] = []
        self.kept: list[KeptValue] = []
        self._old, self._new, self._stored = (
            {name: rows_by_key(package, table) for name, table in TABLES.items()}
            for package in (old, new, stored)
        )
        # Keys of package records that curators have deleted.
        self._deleted: set[RecordKey] = set()
        # Keys of records that are no longer in the new package.
        self._dropped: set[RecordKey] = set()
        for name in RECORD_MODELS:
            here, before, after = self._stored[name], self._old[name], self._new[name]
            self._deleted |= {(name, slug) for (slug,) in before.keys() - here.keys()}
            self._dropped |= {(name, slug) for (slug,) in (before.keys() & here.keys()) - after.keys()}
        for table in TABLES.values():
            self._merge_table(table)
        self._remove_records()

    def _merge_table(self, table: Table) -> None:
        old, new, stored = self._old[table.name], self._new[table.name], self._stored[table.name]
        rows, removed = [], []
        moved = _moved_evidence(old, new, stored) if table is EVIDENCE else {}
        for key, row in new.items():
            if not table.is_record_table and table.subject_key(row.values) in self._deleted:
                continue
            before, current = old.get(key), stored.get(key)
            if current is not None:
                changed = self._merged_row(table, before, row, current)
                rows += [changed] if changed else []
            elif before is None and key not in moved:
                rows += self._new_row(table, row)
            elif table.is_record_table or before is None or _differ(table, before, row):
                reason = DELETED_HERE if table.is_record_table else ROW_CHANGED_HERE
                self._keep(table, row, reason=reason)
        for key in old.keys() - new.keys():
            before, current = old[key], stored.get(key)
            if current is None or table.subject_key(before.values) in self._dropped:
                continue
            if _differ(table, before, current):
                self._keep(table, current, reason=CHANGED_HERE)
            else:
                removed.append(current)
        if rows:
            self.package.rows[table.name] = rows
        if removed:
            self.package.removed[table.name] = removed

    def _merged_row(self, table: Table, old: Row | None, new: Row, stored: Row) -> Row | None:
        """Returns the stored row with the package's changes, or None if there are no changes."""
        row, taken = stored.copy(), set()
        row.line = new.line
        for column in table.columns:
            name = column.name
            if name in table.key or name == TRANSLATED_FROM or name not in new.values:
                continue
            before = old.values.get(name, column.empty) if old else column.empty
            if column.is_list:
                items = self._merged_items(table, column, before, new, stored)
                if items is not None:
                    row.set(column, items)
                    taken.add(name)
            elif new.values[name] in (stored.values.get(name), before):
                continue
            elif stored.values.get(name) != before:
                self._keep(table, stored, name, new)
            elif any(key in self._deleted for key in column.references(new.values[name])):
                self._keep(table, stored, name, new, reason=REFERS_TO_DELETED)
            else:
                row.values[name], row.cells[name] = new.values[name], new.cells[name]
                taken.add(name)
        if column := table.by_name.get(TRANSLATED_FROM):
            row.set(column, _translated_from(table, old, new, stored, row.values, taken))
        if taken or row.values.get(TRANSLATED_FROM) != stored.values.get(TRANSLATED_FROM):
            return row
        return None

    def _merged_items(self, table: Table, column: ManyToManyColumn, before: tuple, new: Row, stored: Row):
        """Returns the stored list with the package's added and removed items, or None if there are no changes."""
        wanted, current = new.values[column.name], stored.values[column.name]
        added = [slug for slug in wanted if slug not in before and slug not in current]
        if any((column.to, slug) in self._deleted for slug in added):
            self._keep(table, stored, column.name, new, reason=REFERS_TO_DELETED)
            added = [slug for slug in added if (column.to, slug) not in self._deleted]
        remaining = [slug for slug in current if slug in wanted or slug not in before]
        return (*remaining, *added) if added or len(remaining) < len(current) else None

    def _new_row(self, table: Table, row: Row) -> list[Row]:
        """Returns the row without references to deleted records, or an empty list if the references are required."""
        if self._lacks_part(table, row):
            self._keep(table, row, reason=REFERS_TO_DELETED)
            return []
        changed = row.copy()
        for column in table.columns:
            keys = [*column.references(row.values.get(column.name, ()))]
            if self._deleted.isdisjoint(keys):
                continue
            if column.required:
                self._keep(table, row, reason=REFERS_TO_DELETED)
                return []
            self._keep(table, row, column.name, reason=REFERS_TO_DELETED)
            remaining = tuple(slug for name, slug in keys if (name, slug) not in self._deleted)
            changed.set(column, remaining if column.is_list else column.empty)
        return [changed]

    def _lacks_part(self, table: Table, row: Row) -> bool:
        """Returns True if the row is evidence from a deleted passage or for a deleted figure."""
        if table is not EVIDENCE:
            return False
        passage = row.values["report"], row.values["passage"]
        if passage in self._old[PASSAGES.name] and passage not in self._stored[PASSAGES.name]:
            return True
        label = figure_label(row.values["field"])
        figure = row.values["record"], label
        return (
            label is not None
            and figure in self._old[FIGURES.name]
            and figure not in self._stored[FIGURES.name]
        )

    def _remove_records(self) -> None:
        # Keys of records that differ from the old package in a value or row.
        touched = set()
        for table in TABLES.values() if self._dropped else ():
            old, stored = self._old[table.name], self._stored[table.name]
            for key in old.keys() | stored.keys():
                before, current = old.get(key), stored.get(key)
                if before is None or current is None or _differ(table, before, current):
                    touched.add(table.subject_key((before or current).values))
        for key in sorted(self._dropped):
            if key in touched:
                self.kept.append(KeptValue(reference(*key), reason=CHANGED_HERE))
            else:
                self.removed_records.append(key)

    def _keep(self, table: Table, row: Row, column: str = "", package: Row | None = None, reason="") -> None:
        cells = [each.cells.get(column, "") for each in (package, row)] if package else ("", "")
        self.kept.append(KeptValue.of(table, row, column, *cells, reason))


def _differ(table: Table, one: Row, other: Row) -> bool:
    """Returns True if two rows differ in a column. A missing cell is treated as empty."""

    def value(row: Row, column: PackageColumn):
        cell = row.values.get(column.name, column.empty)
        return frozenset(cell) if column.is_list else cell

    return any(value(one, column) != value(other, column) for column in table.columns)


def _moved_evidence(old: RowsByKey, new: RowsByKey, stored: RowsByKey) -> set[RowKey]:
    """Returns the keys of new evidence that replaces evidence changed or removed by curators.

    The key of evidence consists of all its columns, so a changed value appears as a removed row and an added row.
    """
    by_rest: dict[tuple, list[RowKey]] = defaultdict(list)
    for key in old.keys() - new.keys() - stored.keys():
        for rest in _all_but_one(key):
            by_rest[rest].append(key)
    return {
        key
        for key in new.keys() - old.keys() - stored.keys()
        if any(rest in by_rest for rest in _all_but_one(key))
    }


def _all_but_one(key: RowKey) -> Iterator[tuple]:
    # The first column is the record, which is the same in every key.
    return ((position, *key[:position], *key[position + 1 :]) for position in range(1, len(key)))


def _translated_from(
    table: Table, old: Row | None, new: Row, stored: Row, values: dict, taken: set[str]
) -> str:
    """Returns the merged cell that lists translations whose English text has changed."""
    outdated = {}
    for text in translated_fields(table.model).values():
        english = values[text.english]
        for name in text.translations.values():
            if not values[name]:
                continue
            source = stored
            if name in taken or (
                new.values.get(name) == stored.values[name]
                and new.values[text.english] == english
                and not (old and _made_from(old, name, text.english) == _made_from(new, name, text.english))
            ):
                source = new
            made_from = _made_from(source, name, text.english)
            if made_from != translations.digest(english):
                outdated[name] = made_from
    return translations.joined(outdated)


def _made_from(row: Row, name: str, english: str) -> str:
    """Returns the digest of the English source text of a translation."""
    marked = translations.entries(row.values.get(TRANSLATED_FROM, ""))
    return marked.get(name) or translations.digest(row.values.get(english) or "")
