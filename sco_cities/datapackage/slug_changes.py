"""Tracks slugs changed by curators or by a new package, to match the old and new rows of a record."""

from collections.abc import Iterator

from sco_cities.changes.recorder import Recorder

from .natural_keys import RECORD_MODELS, RecordKey, StoredKeys
from .parse import Package, Row
from .relation_columns import GenericForeignKeyColumn
from .rules import stored_by_former_slug
from .table import Table
from .tables import FORMER_SLUGS, TABLES

SlugChanges = dict[RecordKey, str]


def current_slugs(package: Package, base: Package) -> SlugChanges:
    """Maps records that curators have renamed or merged, in both packages, to their current slugs."""
    changes = {}
    in_base = {name: base.slugs(TABLES[name]) for name in RECORD_MODELS}
    for name in RECORD_MODELS:
        slugs = package.slugs(TABLES[name]) | in_base[name]
        changes |= {(name, old): new for old, new in stored_by_former_slug(name, slugs).items()}
    # After a reverted update, the new slugs of renamed records are stored as former slugs and must be ignored.
    known = {(key[0], former) for key, former in _former_slugs(base)}
    for key, former in _former_slugs(package):
        is_renamed_since = former in in_base[key[0]] and (key[0], former) not in known
        if is_renamed_since and changes.get(key) == former:
            del changes[key]
    return changes


def _former_slugs(package: Package) -> Iterator[tuple[RecordKey, str]]:
    """Yields pairs of a record key and one of the record's former slugs."""
    for row in package.rows.get(FORMER_SLUGS.name, ()):
        if row.values.keys() >= set(FORMER_SLUGS.key):
            yield row.values["record"], row.values["slug"]


def renamed(package: Package, changes: SlugChanges) -> Package:
    """Returns the package with these slugs changed in records and in all references.

    A record merged into another record of the package is removed, and its rows move to the remaining record.
    """
    if not changes:
        return package
    result = Package(
        problems=package.problems, unreadable=package.unreadable, name=package.name, version=package.version
    )
    for table in TABLES.values():
        if table.name not in package.rows:
            continue
        rows, keys = [], set()
        for row in sorted(package.rows[table.name], key=lambda row: table.subject_key(row.values) in changes):
            changed = _renamed_row(table, row, changes)
            key = tuple(changed.values.get(name) for name in table.key)
            if changed is row or key not in keys:
                rows.append(changed)
                keys.add(key)
        result.rows[table.name] = rows
    return result


def _renamed_row(table: Table, row: Row, changes: SlugChanges) -> Row:
    changed = row.copy()
    if table.is_record_table and (slug := changes.get(table.subject_key(row.values))):
        changed.set(table.by_name[table.key[0]], slug)
    for column in table.columns:
        keys = list(column.references(row.values[column.name])) if column.name in row.values else []
        if any(key in changes for key in keys):
            slugs = tuple(dict.fromkeys(changes.get(key, key[1]) for key in keys))
            value = slugs if column.is_list else slugs[0]
            if isinstance(column, GenericForeignKeyColumn):
                value = keys[0][0], slugs[0]
            changed.set(column, value)
    return row if changed.values == row.values else changed


def rename_records(new: Package, old: Package, recorder: Recorder) -> SlugChanges:
    """Renames the stored records that the new package renames. Returns a mapping of old keys to new slugs."""
    in_new = {name: new.slugs(TABLES[name]) for name in RECORD_MODELS}
    in_old = {name: old.slugs(TABLES[name]) for name in RECORD_MODELS}
    changes = {
        (name, former): slug
        for (name, slug), former in _former_slugs(new)
        if former in in_old[name] - in_new[name] and slug not in in_old[name]
    }
    stored = StoredKeys()
    stored.load([*changes, *((name, slug) for (name, _former), slug in changes.items())])
    for key, slug in changes.items():
        if key in stored and (key[0], slug) not in stored:
            model = RECORD_MODELS[key[0]]
            recorder.watch(model, [stored.pk(key)])
            recorder.watch_referencing(model, [stored.pk(key)], sets_dates=False)
            record = model._base_manager.get(pk=stored.pk(key))
            record.slug = slug
            record.save()
    return changes
