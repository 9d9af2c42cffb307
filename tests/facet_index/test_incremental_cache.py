"""The cache of the latest versions is updated from the keys changed since a version."""

import pytest
from pyroaring import BitMap

from sco_cities.facet_index import state
from sco_cities.facet_index.state import ChangedKeys, IncrementalCache


def versions_after(*keys: BitMap) -> list[ChangedKeys]:
    """Returns the versions before any change and after each change."""
    versions = [ChangedKeys()]
    for each in keys:
        versions.append(versions[-1].after(each))
    return versions


def test_changed_keys_include_all_changes_since_a_version():
    first, second, third = versions_after(BitMap([1, 2]), BitMap([2, 3]))
    assert third.since(first) == BitMap([1, 2, 3])
    assert third.since(second) == BitMap([2, 3])
    assert third.since(third) == BitMap()
    # The changes since a later version, or since a version with a different origin, are unknown.
    assert first.since(second) is None
    assert third.since(ChangedKeys()) is None


def test_before_too_many_or_too_large_changes_the_changed_keys_are_unknown(monkeypatch):
    monkeypatch.setattr(state, "MAX_CHANGES", 2)
    monkeypatch.setattr(state, "FEW_CHANGED", 3)
    start, first, _second, third = versions_after(BitMap([1]), BitMap([2]), BitMap([3]))
    assert third.since(start) is None
    assert third.since(first) == BitMap([2, 3])
    large = third.after(BitMap([1, 2, 3, 4]))
    assert (large.since(third), large.latest) == (None, ())
    assert large.after(BitMap([5])).since(large) == BitMap([5])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0, 0, 1)])
def test_the_latest_versions_are_cached_once_in_any_order(order):
    versions = versions_after(BitMap([1]), BitMap([2]))
    cache = IncrementalCache()
    for place in order:
        cache = cache.with_version(versions[place], f"value {place}")
    assert cache.latest(versions[2]) == ("value 2", BitMap())
    assert cache.latest(versions[1]) == ("value 1", BitMap())
    assert cache.latest(versions[0]) is None
    # A version with a different origin replaces all cached versions.
    other = ChangedKeys()
    assert cache.with_version(other, "read again").latest(versions[2]) is None
