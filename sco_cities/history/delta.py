"""Computes, inverts, composes and applies deltas, which are the differences between two documents.

A delta maps field names to [old, new], and names of list fields to {"removed": [items], "added": [items]}. Unchanged
fields are omitted. The document of a record that does not exist is None.
"""

from collections.abc import Iterable, Iterator

from .serialization import Document, RowSchema, item_key, sorted_items

Delta = dict[str, object]
REMOVED, ADDED = "removed", "added"


def diff(before: Document | None, after: Document | None) -> Delta:
    """Returns the delta that turns `before` into `after`."""
    before, after = before or {}, after or {}
    delta = {}
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, list) or isinstance(new, list):
            if list_change := _diff_lists(old or [], new or []):
                delta[name] = list_change
        else:
            delta[name] = [old, new]
    return delta


def _diff_lists(old: list, new: list) -> dict[str, list]:
    if not old or not new:
        return {REMOVED: old, ADDED: new} if old or new else {}
    before = {item_key(item): item for item in old}
    after = {item_key(item): item for item in new}
    removed = [item for key, item in before.items() if key not in after]
    added = [item for key, item in after.items() if key not in before]
    return {REMOVED: removed, ADDED: added} if removed or added else {}


def is_list_change(change) -> bool:
    """Returns True for a change to a list field."""
    return isinstance(change, dict)


def invert(changes: Delta) -> Delta:
    """Returns the delta that reverts `changes`."""
    return {
        name: {REMOVED: change[ADDED], ADDED: change[REMOVED]} if is_list_change(change) else change[::-1]
        for name, change in changes.items()
    }


def values_before(changes: Delta) -> dict[str, str]:
    """Returns the old values of the changed columns, by name. Lists are omitted."""
    return {name: change[0] for name, change in changes.items() if not is_list_change(change)}


def compose(first: Delta, second: Delta) -> Delta:
    """Returns a delta that has the same effect as `first` followed by `second`."""
    composed = {**first, **second}
    for name in first.keys() & second.keys():
        composed[name] = _compose_changes(first[name], second[name])
    return {name: change for name, change in composed.items() if change}


def _compose_changes(first, second):
    if not is_list_change(first):
        return [first[0], second[1]] if first[0] != second[1] else None
    removed_1, added_1, removed_2, added_2 = (
        {item_key(item): item for item in change[side]}
        for change in (first, second)
        for side in (REMOVED, ADDED)
    )
    removed = _without(removed_1, added_2) | _without(removed_2, added_1)
    added = _without(added_1, removed_2) | _without(added_2, removed_1)
    return (
        {REMOVED: sorted_items(removed.values()), ADDED: sorted_items(added.values())}
        if removed or added
        else None
    )


def _without(items: dict, others: dict) -> dict:
    return {key: item for key, item in items.items() if key not in others}


def match_rows(rows: RowSchema, change) -> tuple[list[tuple[dict, dict]], list[dict], list[dict]]:
    """Splits a change to a row list into changed rows (before, after), removed rows and added rows.

    A removed row and an added row form one changed row if they have the same key or differ in at most one column.
    Translations are ignored.
    """
    removed, added, changed = list(change[REMOVED]), list(change[ADDED]), []

    def differ_in_translations(old: dict, new: dict) -> bool:
        return _differing_columns(rows, old, new) == 0

    def differ_in_one_column(old: dict, new: dict) -> bool:
        return len(rows.columns) - len(rows.optional) > 2 and _differing_columns(rows, old, new) == 1

    for is_same in (rows.have_same_key, differ_in_translations, differ_in_one_column):
        for old in tuple(removed):
            new = next((row for row in added if is_same(old, row)), None)
            if new is not None:
                changed.append((old, new))
                removed.remove(old)
                added.remove(new)
    return changed, removed, added


def _differing_columns(rows: RowSchema, old: dict, new: dict) -> int:
    return sum(old[name] != new.get(name) for name in old if name not in rows.optional)


def without_versions(rows: RowSchema, items: list[dict], change, later: Iterable) -> list[dict]:
    """Returns `items` without the rows in `change` and their newer versions from `later` changes."""
    versions = {item_key(row): row for row in (*change[REMOVED], *change[ADDED])}
    # A key identifies a row across changes. Rows without a key are traced through each later change.
    for later_change in () if rows.key_columns else later:
        for old, new in _changed_rows(rows, later_change):
            if versions.pop(item_key(old), None):
                versions[item_key(new)] = new

    def is_version(one: dict, other: dict) -> bool:
        return rows.have_same_key(one, other) or _differing_columns(rows, one, other) == 0

    return [row for row in items if not any(is_version(version, row) for version in versions.values())]


def _changed_rows(rows: RowSchema, change) -> Iterator[tuple[dict, dict]]:
    """Yields the changed rows from `match_rows`, and rows with two changed columns but the same references.

    If the stance of evidence changes, so does its reported value. Evidence for another field is a different row.
    """
    changed, removed, added = match_rows(rows, change)
    yield from ((old, new) for old, new in changed if old.get("field") == new.get("field"))
    same = ["field", *(column.name for column in rows.columns if column.field.is_relation)]
    for old in removed:
        for new in added:
            if (
                all(old.get(name) == new.get(name) for name in same)
                and _differing_columns(rows, old, new) == 2
            ):
                yield old, new
                added.remove(new)
                break


def apply(document: Document, changes: Delta) -> Document:
    """Returns the document that results from `changes`. The values in `document` may differ from the old values.

    Removed items that are not in the list are ignored.
    """
    result = dict(document)
    for name, change in changes.items():
        if is_list_change(change):
            removed = {item_key(item) for item in change[REMOVED]}
            items = {
                item_key(item): item for item in document.get(name) or [] if item_key(item) not in removed
            }
            items |= {item_key(item): item for item in change[ADDED]}
            result[name] = sorted_items(items.values())
        else:
            result[name] = change[1]
    return result


def is_unchanged(value, change) -> bool:
    """Returns True if `value` is still the result of `change`."""
    if not is_list_change(change):
        return value == change[1]
    items = {item_key(item) for item in value or []}
    return items.issuperset(map(item_key, change[ADDED])) and items.isdisjoint(map(item_key, change[REMOVED]))
