"""How two documents differ, and documents as they were before changes or will be after them.

Changes hold by name of field [old, new], and for a list {"removed": [items], "added": [items]}; a field that is
the same in both has none. None stands for a record that is not there.
"""

from .serialization import Document, RowSchema, item_key, sorted_rows

Delta = dict[str, object]
REMOVED, ADDED = "removed", "added"


def diff(before: Document | None, after: Document | None) -> Delta:
    """What turns `before` into `after`."""
    before, after = before or {}, after or {}
    found = {}
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, list) or isinstance(new, list):
            if listed := _diff_lists(old or [], new or []):
                found[name] = listed
        else:
            found[name] = [old, new]
    return found


def _diff_lists(old: list, new: list) -> dict[str, list]:
    if not old or not new:
        return {REMOVED: old, ADDED: new} if old or new else {}
    had = {item_key(item): item for item in old}
    has = {item_key(item): item for item in new}
    removed = [item for key, item in had.items() if key not in has]
    added = [item for key, item in has.items() if key not in had]
    return {REMOVED: removed, ADDED: added} if removed or added else {}


def is_of_list(change) -> bool:
    """Whether a change is that of a list."""
    return isinstance(change, dict)


def invert(changes: Delta) -> Delta:
    """What takes `changes` back."""
    return {
        name: {REMOVED: change[ADDED], ADDED: change[REMOVED]} if is_of_list(change) else change[::-1]
        for name, change in changes.items()
    }


def compose(first: Delta, second: Delta) -> Delta:
    """What two changes, one after the other, come to."""
    found = {**first, **second}
    for name in first.keys() & second.keys():
        found[name] = _compose_lists(first[name], second[name])
    return {name: change for name, change in found.items() if change}


def _compose_lists(first, second):
    if not is_of_list(first):
        return [first[0], second[1]] if first[0] != second[1] else None
    gone, come, gone_then, come_then = (
        {item_key(item): item for item in change[side]}
        for change in (first, second)
        for side in (REMOVED, ADDED)
    )
    removed = _without(gone, come_then) | _without(gone_then, come)
    added = _without(come, gone_then) | _without(come_then, gone)
    return (
        {REMOVED: sorted_rows(removed.values()), ADDED: sorted_rows(added.values())}
        if removed or added
        else None
    )


def _without(items: dict, others: dict) -> dict:
    return {key: item for key, item in items.items() if key not in others}


def pairs(rows: RowSchema, change) -> tuple[list[tuple[dict, dict]], list[dict], list[dict]]:
    """A change of a list of rows as the rows that changed (before, after), those that went and those that came.

    A row is the same one before and after when its key is, or else when all but one of its columns are.
    """
    gone, come, changed = list(change[REMOVED]), list(change[ADDED]), []
    for is_same in (rows.have_one_key, _differ_in_one_column):
        for old in tuple(gone):
            new = next((each for each in come if is_same(old, each)), None)
            if new is not None:
                changed.append((old, new))
                gone.remove(old)
                come.remove(new)
    return changed, gone, come


def _differ_in_one_column(old: dict, new: dict) -> bool:
    return len(old) > 2 and sum(old[name] != new.get(name) for name in old) == 1


def apply(document: Document, changes: Delta) -> Document:
    """`document` after `changes`, whatever it said in those fields.

    Items of lists that were to go and are not there are passed over.
    """
    result = dict(document)
    for name, change in changes.items():
        if is_of_list(change):
            gone = {item_key(item) for item in change[REMOVED]}
            kept = {item_key(item): item for item in document.get(name) or [] if item_key(item) not in gone}
            result[name] = sorted_rows({**kept, **{item_key(item): item for item in change[ADDED]}}.values())
        else:
            result[name] = change[1]
    return result


def conflicting_fields(document: Document, changes: Delta) -> list[str]:
    """The fields of `changes` in which `document` is no longer what they made of it."""
    return [name for name, change in changes.items() if not _is_unchanged(document.get(name), change)]


def _is_unchanged(value, change) -> bool:
    if not is_of_list(change):
        return value == change[1]
    there = {item_key(item) for item in value or []}
    return there.issuperset(map(item_key, change[ADDED])) and there.isdisjoint(map(item_key, change[REMOVED]))
