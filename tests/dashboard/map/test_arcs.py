import re

import pytest

from sco_cities.dashboard.map.layout import arc, arrival_angle


def numbers(path):
    return [int(number) for number in re.findall(r"-?\d+", path)]


@pytest.mark.parametrize(
    ("start", "end", "bent"),
    [((0, 0), (400, 0), (200, -64)), ((400, 0), (0, 0), (200, 64)), ((0, 0), (0, 400), (64, 200))],
    ids=["eastwards: north", "westwards: south", "southwards: east"],
)
def test_an_arc_joins_two_cities_and_bends_to_the_left_of_its_direction(start, end, bent):
    x, y, over_x, over_y, across, down = numbers(arc(start, end))
    assert (x, y) == start
    assert (x + across, y + down) == end
    assert (x + over_x, y + over_y) == bent


@pytest.mark.parametrize(
    ("start", "end", "angle"),
    [((0, 0), (400, 0), 18), ((400, 0), (0, 0), -162), ((0, 0), (0, 400), 108), ((5, 5), (5, 5), 0)],
)
def test_an_arrowhead_points_as_its_arc_arrives(start, end, angle):
    assert arrival_angle(start, end) == angle
