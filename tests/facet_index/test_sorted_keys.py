"""Orders and rankings, compared with plain lists."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from sco_cities.facet_index import sorted_keys as orders
from sco_cities.facet_index.ordered_selection import FEW, OrderedSelection
from sco_cities.facet_index.sorted_keys import SortedKeys

keys = st.lists(st.integers(1, 200), unique=True)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Blocks of a few keys, so that a short order has several."""
    monkeypatch.setattr(orders, "BLOCK", 4)


def order_of(listed: list[int]) -> SortedKeys:
    return SortedKeys.of(array("I", listed))


@given(keys, st.sets(st.integers(1, 200)), st.integers(0, 30), st.integers(0, 30), st.booleans())
def test_a_window_is_a_slice_of_what_is_selected(listed, selected, start, size, reverse):
    expected = [key for key in (listed[::-1] if reverse else listed) if key in selected]
    known = BitMap(selected & set(listed))
    order = order_of(listed)
    assert order.window(known, start, start + size, reverse=reverse) == expected[start : start + size]
    assert [key for run in order.runs(known, reverse=reverse) for key in run] == expected


@given(keys, st.data())
def test_keys_that_move_are_found_at_their_new_places_and_nowhere_else(listed, data):
    moved = data.draw(st.lists(st.sampled_from(listed), unique=True)) if listed else []
    rest = [key for key in listed if key not in moved]
    followers = [data.draw(st.sampled_from([*rest, None])) for _ in moved]
    expected = []
    for key in [*rest, None]:
        expected += [mover for mover, follower in zip(moved, followers, strict=True) if follower == key]
        expected += [key] if key is not None else []
    changed = order_of(listed).without(BitMap(moved)).inserted(zip(moved, followers, strict=True))
    assert list(changed.keys) == expected
    assert changed.window(BitMap(listed), 0, len(listed)) == expected


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30))
def test_keys_that_are_appended_one_by_one_fill_the_last_block(appended):
    order = order_of([])
    added = list(dict.fromkeys(appended))
    for key in added:
        order = order.inserted([(key, None)])
    assert list(order.keys) == added
    assert len(order.blocks) <= len(added) // 2 + 1


@given(
    st.dictionaries(st.integers(1, 200), st.integers()),
    st.dictionaries(st.integers(1, 200), st.one_of(st.none(), st.integers()), max_size=20),
)
def test_an_order_whose_keys_have_other_ranks_is_the_one_that_would_be_read_now(before, changes):
    now = {key: rank for key, rank in {**before, **changes}.items() if rank is not None}
    asked = []

    def ranks(some):
        asked.append(some)
        return {key: (now[key], key) for key in some if key in now}

    listed = sorted(before, key=lambda key: (before[key], key))
    moved = order_of(listed).moved(BitMap(changes), ranks)
    assert list(moved.keys) == sorted(now, key=lambda key: (now[key], key))
    # The ranks of the moved ones, of one key a block, and a few halvings for all of them together.
    assert len(asked) <= 6


def test_an_order_does_not_change_when_another_one_is_made_from_it():
    order = order_of([3, 1, 2, 5, 4])
    order.without(BitMap([1, 5])).inserted([(9, 2), (8, None)])
    assert list(order.keys) == [3, 1, 2, 5, 4]


@given(keys, st.integers(1, 5), st.integers(0, 40), st.integers(0, 40))
def test_a_ranking_has_group_after_group_and_then_the_rest_each_in_the_order_of_names(
    listed, groups, start, size
):
    # Keys that leave no remainder belong to no group.
    ranked = [BitMap(key for key in listed if key % (groups + 1) == rest) for rest in range(1, groups + 1)]
    expected = [key for group in ranked for key in listed if key in group]
    expected += [key for key in listed if key % (groups + 1) == 0]
    ranking = OrderedSelection(order_of(listed), tuple(ranked))
    assert ranking.window(BitMap(listed), start, start + size) == expected[start : start + size]
    assert [key for run in ranking.runs(BitMap(listed)) for key in run] == expected


def test_a_page_may_span_a_large_group_and_small_ones():
    names = list(range(1, FEW * 3))
    large, small = BitMap(names[: FEW + 10]), [BitMap([key]) for key in names[FEW + 10 :][::-1]]
    expected = names[: FEW + 10] + names[FEW + 10 :][::-1]
    ranking = OrderedSelection(order_of(names), (large, *small))
    assert ranking.window(BitMap(names), FEW, FEW + 50) == expected[FEW : FEW + 50]


def test_the_order_of_names_is_turned_about_as_a_whole():
    assert OrderedSelection(order_of([3, 1, 2]), reverse=True).window(BitMap([1, 2, 3]), 0, 2) == [2, 1]
