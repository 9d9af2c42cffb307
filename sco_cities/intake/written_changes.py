"""Finds the changes that are in effect. A reverted change is in effect again once its revert is reverted."""

from collections import defaultdict
from collections.abc import Collection

from sco_cities.history.models import ChangeSet

from .models import Proposal


def effective_changes(keys: Collection[int]) -> set[int]:
    """The changes among these keys that are in effect. Each level of reverts costs one query."""
    reverts: dict[int, list[int]] = defaultdict(list)
    pending = set(keys)
    while pending:
        rows = ChangeSet.objects.filter(reverts__in=pending).values_list("reverts", "pk")
        pending = set()
        for reverted, key in rows:
            reverts[reverted].append(key)
            pending.add(key)

    def is_effective(key: int) -> bool:
        return not any(is_effective(each) for each in reverts[key])

    return {key for key in keys if is_effective(key)}


def is_written(proposal: Proposal) -> bool:
    """True if a change in effect has written the proposal."""
    key = proposal.change_set_id
    return key is not None and bool(effective_changes([key]))
