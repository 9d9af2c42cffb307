import re

import pytest

from sco_cities.dashboard.map.arcs import MAX_WIDTH, MIN_WIDTH, arc, arc_width


def corners(outline):
    """The four corners of an arc (left and right of both ends), and its control point."""
    x, y, *rest = (int(number) for number in re.findall(r"-?\d+", outline))
    steps = list(zip(rest[::2], rest[1::2], strict=True))
    over, end, across, _back_over, back = steps
    first = (x, y)
    second = (x + end[0], y + end[1])
    third = (second[0] + across[0], second[1] + across[1])
    fourth = (third[0] + back[0], third[1] + back[1])
    return first, second, third, fourth, (x + over[0], y + over[1])


def distance(one, other):
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def test_an_arc_is_wide_where_a_city_shares_and_pointed_where_a_city_learns():
    first, second, third, fourth, _over = corners(arc((0, 0), (400, 0), 20, is_even=False))
    assert (distance(first, fourth), distance(second, third)) == (20, 2)


def test_an_even_arc_is_equally_wide_at_both_ends():
    first, second, third, fourth, _over = corners(arc((0, 0), (400, 0), 20, is_even=True))
    assert distance(first, fourth) == distance(second, third) == 10


@pytest.mark.parametrize(
    ("start", "end", "bent"),
    [((0, 0), (400, 0), (200, -64)), ((400, 0), (0, 0), (200, 64)), ((0, 0), (0, 400), (64, 200))],
    ids=["eastwards: north", "westwards: south", "southwards: east"],
)
def test_arcs_bend_to_the_left_of_their_direction(start, end, bent):
    *_, over = corners(arc(start, end, 4, is_even=True))
    assert distance(over, bent) <= 4


def test_the_strongest_arc_is_the_widest():
    assert [arc_width(count, 9) for count in (1, 5, 9)] == [MIN_WIDTH, (MIN_WIDTH + MAX_WIDTH) / 2, MAX_WIDTH]
    assert arc_width(1, 1) == MIN_WIDTH
