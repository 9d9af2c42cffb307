import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sco_cities.dashboard.map.viewport import WIDTH, Projection, Viewport

longitudes, latitudes = st.floats(-180, 180), st.floats(-60, 84)


@pytest.mark.parametrize(
    ("place", "right", "up"),
    [
        # The example of Snyder, Map Projections: A Working Manual (1987), p. 291, with radius 1 and the origin 23° N,
        # 96° W.
        ((-75, 35), 0.2952720, 0.2416774),
        ((-96, 23), 0, 0),
        ((-117, 35), -0.2952720, 0.2416774),
    ],
)
def test_projected_points_match_the_manual(place, right, up):
    projection = Projection(meridian=-96, south=29.5, north=45.5)
    (x, y), (_, origin) = projection(*place), projection(-96, 23)
    assert (x, origin - y) == pytest.approx((right, up), abs=1e-7)


@pytest.mark.parametrize(
    "projection",
    [Projection(81, 17, 59), Projection(0, -40, -10), Projection(20, -15, 15), Projection(20, 0, 0)],
    ids=["north", "south", "both sides of the equator", "the equator"],
)
@pytest.mark.parametrize("place", [(80, 10), (30, 60), (-20, -35), (120, 45)])
def test_the_projection_preserves_areas_and_north_is_up(projection, place):
    longitude, latitude = place
    step = 0.01
    corners = [(0, 0), (step, 0), (step, step), (0, step)]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (projection(longitude + x, latitude + y) for x, y in corners)
    drawn = abs((x2 - x0) * (y3 - y1) - (x3 - x1) * (y2 - y0)) / 2
    south, north = (math.sin(math.radians(latitude + up)) for up in (0, step))
    assert drawn == pytest.approx(math.radians(step) * (north - south), rel=1e-5)
    assert y3 < y0


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([(30, 60), (130, 0)], Projection(80, 10, 50)),
        # These places are on both sides of the date line.
        ([(170, 10), (-170, 40)], Projection(-180, 15, 35)),
        ([(71.4, 51.2)], Projection(71, 51, 51)),
        ([], Projection(80, 30, 50)),
    ],
)
def test_the_projection_is_fitted_to_the_places(places, expected):
    assert Projection.fitted(places) == expected


@given(st.lists(st.tuples(longitudes, latitudes), min_size=1, max_size=20))
def test_every_place_lies_in_the_viewport_fitted_to_it(places):
    viewport = Viewport.fitted(Projection.fitted(places), places)
    spots = [viewport(*place) for place in places]
    assert all(0 <= x <= WIDTH and 0 <= y <= viewport.height for x, y in spots), (viewport, spots)
    assert WIDTH * 0.5 <= viewport.height <= WIDTH * 0.92


def test_another_city_in_the_middle_does_not_change_the_viewport():
    projection = Projection(81, 17, 59)
    corners = [(30, 60), (130, 45), (80, 8)]
    assert Viewport.fitted(projection, corners) == Viewport.fitted(projection, [*corners, (75, 40)])
