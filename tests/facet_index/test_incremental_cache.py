"""What has changed since something was made, and what is kept of a few moments."""

import pytest
from pyroaring import BitMap

from sco_cities.facet_index import incremental_cache
from sco_cities.facet_index.incremental_cache import ChangedKeys, IncrementalCache


def changed(*keys: BitMap) -> list[ChangedKeys]:
    """The edits before any change, and after each."""
    found = [ChangedKeys()]
    for each in keys:
        found.append(found[-1].after(each))
    return found


def test_what_has_changed_since_is_what_the_changes_since_have_touched():
    first, second, third = changed(BitMap([1, 2]), BitMap([2, 3]))
    assert third.since(first) == BitMap([1, 2, 3])
    assert third.since(second) == BitMap([2, 3])
    assert third.since(third) == BitMap()
    # A later moment is no earlier one, nor is one of what was read anew.
    assert first.since(second) is None
    assert third.since(ChangedKeys()) is None


def test_behind_too_many_or_too_large_changes_nothing_is_known(monkeypatch):
    monkeypatch.setattr(incremental_cache, "MAX_CHANGES", 2)
    monkeypatch.setattr(incremental_cache, "FEW_CHANGED", 3)
    start, first, _second, third = changed(BitMap([1]), BitMap([2]), BitMap([3]))
    assert third.since(start) is None
    assert third.since(first) == BitMap([2, 3])
    large = third.after(BitMap([1, 2, 3, 4]))
    assert (large.since(third), large.latest) == (None, ())
    assert large.after(BitMap([5])).since(large) == BitMap([5])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0, 0, 1)])
def test_the_latest_moments_are_kept_in_whatever_order_they_come_and_each_once(order):
    moments = changed(BitMap([1]), BitMap([2]))
    kept = IncrementalCache()
    for place in order:
        kept = kept.with_another(moments[place], f"made at {place}")
    assert kept.latest(moments[2]) == ("made at 2", BitMap())
    assert kept.latest(moments[1]) == ("made at 1", BitMap())
    assert kept.latest(moments[0]) is None
    # What is read anew leaves nothing of what was before.
    again = ChangedKeys()
    assert kept.with_another(again, "anew").latest(moments[2]) is None
