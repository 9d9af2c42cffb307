"""Sorted keys and ordered selections have the same order as sorted Python lists."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from sco_cities.facet_index import sorted_keys
from sco_cities.facet_index.sorted_keys import FEW, OrderedSelection, SortedKeys

keys = st.lists(st.integers(1, 200), unique=True)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Limits blocks and batches to a few keys, so that a short sequence has several blocks and batches."""
    monkeypatch.setattr(sorted_keys, "BLOCK", 4)
    monkeypatch.setattr(sorted_keys, "FIRST_TOGETHER", 3)
    monkeypatch.setattr(sorted_keys, "MOST_TOGETHER", 8)


def sequence(ordered: list[int]) -> SortedKeys:
    return SortedKeys.from_array(array("I", ordered))


@given(keys, st.sets(st.integers(1, 200)), st.integers(0, 30), st.integers(0, 30), st.booleans())
def test_a_window_is_a_slice_of_the_selected_keys(ordered, selected, start, size, reverse):
    expected = [key for key in (ordered[::-1] if reverse else ordered) if key in selected]
    known = BitMap(selected & set(ordered))
    order = sequence(ordered)
    assert order.window(known, start, start + size, reverse=reverse) == expected[start : start + size]
    assert [key for run in order.runs(known, reverse=reverse) for key in run] == expected


@given(keys, st.data())
def test_moved_keys_are_at_their_new_places_only(ordered, data):
    moved = data.draw(st.lists(st.sampled_from(ordered), unique=True)) if ordered else []
    rest = [key for key in ordered if key not in moved]
    followers = [data.draw(st.sampled_from([*rest, None])) for _ in moved]
    expected = []
    for key in [*rest, None]:
        expected += [mover for mover, follower in zip(moved, followers, strict=True) if follower == key]
        expected += [key] if key is not None else []
    changed = sequence(ordered).without(BitMap(moved)).with_inserted(zip(moved, followers, strict=True))
    assert list(changed.keys) == expected
    assert changed.window(BitMap(ordered), 0, len(ordered)) == expected


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30))
def test_keys_appended_one_by_one_fill_the_last_block(appended):
    order = sequence([])
    added = list(dict.fromkeys(appended))
    for key in added:
        order = order.with_inserted([(key, None)])
    assert list(order.keys) == added
    assert len(order.blocks) <= len(added) // 2 + 1


@given(
    st.dictionaries(st.integers(1, 200), st.integers()),
    st.dictionaries(st.integers(1, 200), st.one_of(st.none(), st.integers()), max_size=20),
)
def test_after_changes_of_ranks_the_sequence_equals_a_newly_sorted_one(before, changes):
    new = {key: rank for key, rank in {**before, **changes}.items() if rank is not None}
    calls = []

    def ranks(keys):
        calls.append(keys)
        return {key: (new[key], key) for key in keys if key in new}

    ordered = sorted(before, key=lambda key: (before[key], key))
    moved = sequence(ordered).with_moved(BitMap(changes), ranks)
    assert list(moved.keys) == sorted(new, key=lambda key: (new[key], key))
    # One call reads the changed keys, another call reads the last key of each block, and a few calls halve all
    # searches.
    assert len(calls) <= 6


def test_a_sequence_does_not_change_when_another_is_derived_from_it():
    order = sequence([3, 1, 2, 5, 4])
    order.without(BitMap([1, 5])).with_inserted([(9, 2), (8, None)])
    assert list(order.keys) == [3, 1, 2, 5, 4]


@given(keys, st.integers(1, 5), st.integers(0, 40), st.integers(0, 40))
def test_a_selection_has_its_groups_in_turn_and_then_the_rest_each_in_base_order(
    ordered, groups, start, size
):
    # Keys with the remainder 0 belong to no group.
    group_bitmaps = [
        BitMap(key for key in ordered if key % (groups + 1) == rest) for rest in range(1, groups + 1)
    ]
    expected = [key for group in group_bitmaps for key in ordered if key in group]
    expected += [key for key in ordered if key % (groups + 1) == 0]
    selection = OrderedSelection(sequence(ordered), tuple(group_bitmaps))
    assert selection.window(BitMap(ordered), start, start + size) == expected[start : start + size]
    assert [key for run in selection.runs(BitMap(ordered)) for key in run] == expected


def test_a_page_may_span_a_large_group_and_small_ones():
    names = list(range(1, FEW * 3))
    large, small = BitMap(names[: FEW + 10]), [BitMap([key]) for key in names[FEW + 10 :][::-1]]
    expected = names[: FEW + 10] + names[FEW + 10 :][::-1]
    selection = OrderedSelection(sequence(names), (large, *small))
    assert selection.window(BitMap(names), FEW, FEW + 50) == expected[FEW : FEW + 50]


def test_without_groups_the_base_order_is_reversed():
    assert OrderedSelection(sequence([3, 1, 2]), reverse=True).window(BitMap([1, 2, 3]), 0, 2) == [2, 1]
