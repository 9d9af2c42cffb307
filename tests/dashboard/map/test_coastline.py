import gzip
import re

import pytest
from django.conf import settings

from sco_cities.dashboard.map.viewport import (
    SIDE_OVERHANG,
    TOP_OVERHANG,
    WIDTH,
    Projection,
    Viewport,
    coastline,
)

CORNERS = [(28, 60), (33, 69), (135, 48), (80, 7), (29, 41), (120, 30)]
CONTINENT = Viewport.fitted(Projection.fitted(CORNERS), CORNERS)
GULF = Viewport.fitted(Projection.fitted(CORNERS), [(51.5, 25.3)])
ROWS = [[(30, 40), (120, 40)], [(70, 10), (70, 60)]]
PACIFIC = Viewport.fitted(Projection.fitted([(175, 65), (-175, -40)]), [(175, 65), (-175, -40)])


def rings(viewport):
    """The points of each ring of the path, in absolute coordinates."""
    result = []
    for ring in re.findall(r"M([^z]+)z", coastline(viewport)):
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        x = y = 0
        points = []
        for right, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + right, y + down
            points.append((x, y))
        result.append(points)
    return result


def is_land(viewport, place):
    """Whether a horizontal line from the place to the left crosses the coast an odd number of times."""
    x, y = viewport(*place)
    crossings = 0
    for ring in rings(viewport):
        for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y0 > y) != (y1 > y) and x0 + (y - y0) / (y1 - y0) * (x1 - x0) < x:
                crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("viewport", "name", "place", "expected"),
    [
        (CONTINENT, "Astana", (71.4, 51.2), True),
        (CONTINENT, "the middle of India", (79, 22), True),
        (CONTINENT, "Honshu", (138.5, 36), True),
        (CONTINENT, "the Caspian Sea", (50.5, 42), False),
        (CONTINENT, "the Bay of Bengal", (88, 15), False),
        (CONTINENT, "the Black Sea", (34, 43.5), False),
        (CONTINENT, "the sea north of Siberia", (80, 76), False),
        (GULF, "the middle of Qatar", (51.2, 25.3), True),
        (GULF, "the Persian Gulf", (52, 27), False),
        (PACIFIC, "Chukotka, east of 180°", (-175, 66.5), True),
        (PACIFIC, "Chukotka, west of 180°", (175, 68), True),
        (PACIFIC, "the open ocean on 180°", (180, 30), False),
        (PACIFIC, "New Zealand", (175.5, -39), True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_places_are_on_land_or_in_the_sea_as_expected(viewport, name, place, expected):
    assert is_land(viewport, place) is expected


@pytest.mark.parametrize("viewport", [CONTINENT, GULF, PACIFIC])
def test_land_ends_at_a_fixed_distance_beyond_the_viewport(viewport):
    points = [point for ring in rings(viewport) for point in ring]
    assert points
    assert all(-SIDE_OVERHANG <= x <= WIDTH + SIDE_OVERHANG for x, _y in points)
    assert all(-TOP_OVERHANG <= y <= viewport.height + TOP_OVERHANG for _x, y in points)


def test_land_fills_the_widest_and_the_tallest_frame_of_the_style_sheet():
    rules = (settings.BASE_DIR / "static" / "css" / "map.css").read_text(encoding="utf-8")
    widest = float(re.search(r"min-height: calc\(100cqi / ([\d.]+)\)", rules)[1])
    tallest = float(re.search(r"max-height: ([\d.]+)cqi", rules)[1]) / 100
    # The places are a horizontal row of cities and a vertical column of cities.
    low, high = (Viewport.fitted(Projection.fitted(places), places).height for places in ROWS)
    assert (high * widest - WIDTH) / 2 <= SIDE_OVERHANG
    assert (WIDTH * tallest - low) / 2 <= TOP_OVERHANG


def test_a_frame_of_another_shape_shows_land_beside_the_viewport():
    points = [point for ring in rings(CONTINENT) for point in ring]
    assert min(x for x, _y in points) < -SIDE_OVERHANG / 2
    assert max(x for x, _y in points) > WIDTH + SIDE_OVERHANG / 2


def test_the_cut_along_180_degrees_is_not_drawn_as_a_coast():
    x, _y = PACIFIC(180, 67)
    along = [
        (one, other)
        for ring in rings(PACIFIC)
        for one, other in zip(ring, ring[1:] + ring[:1], strict=True)
        if abs(one[0] - x) < 3 and abs(other[0] - x) < 3 and abs(one[1] - other[1]) > 15
    ]
    assert along == []


def test_the_coastline_of_a_continent_is_small():
    assert len(gzip.compress(coastline(CONTINENT).encode())) < 8_000
