"""The arc of an edge: wide at the city that shares, narrow at the city that learns, always bent to the left."""

import math

# The distance of the control point from the straight line, as a share of the length.
CURVATURE = 0.16
# The width at the wide end of the weakest and of the strongest edge.
MIN_WIDTH, MAX_WIDTH = 4, 20
TIP_WIDTH = 2

Spot = tuple[int, int]


def arc_width(count: int, most: int) -> float:
    """The width of an arc, linear in the count of its edge; `most` is the largest count on the map."""
    return MIN_WIDTH + (MAX_WIDTH - MIN_WIDTH) * (count - 1) / max(most - 1, 1)


def arc(start: Spot, end: Spot, width: float, *, is_even: bool) -> str:
    """The outline of an arc from the city that shares to the city that learns; if even, both ends are equally wide.

    It bends to the left of its direction, so that two opposite arcs do not cover each other.
    """
    (x, y), (to_x, to_y) = start, end
    length = math.hypot(to_x - x, to_y - y) or 1
    # The unit vector to the left.
    left, up = (to_y - y) / length, -(to_x - x) / length
    top_x, top_y = (x + to_x) / 2 + left * length * CURVATURE, (y + to_y) / 2 + up * length * CURVATURE
    first, last = (width / 4, width / 4) if is_even else (width / 2, TIP_WIDTH / 2)
    middle = (first + last) / 2

    def offset(x: float, y: float, distance: float) -> Spot:
        return round(x + left * distance), round(y + up * distance)

    out = offset(x, y, first), offset(top_x, top_y, middle), offset(to_x, to_y, last)
    back = offset(to_x, to_y, -last), offset(top_x, top_y, -middle), offset(x, y, -first)
    return f"M{_pair(out[0])}{_curve(*out)}l{_step(out[2], back[0])}{_curve(*back)}z"


def _curve(start: Spot, over: Spot, end: Spot) -> str:
    return f"q{_step(start, over)} {_step(start, end)}".replace(" -", "-")


def _step(start: Spot, end: Spot) -> str:
    return _pair((end[0] - start[0], end[1] - start[1]))


def _pair(spot: Spot) -> str:
    return f"{spot[0]} {spot[1]}".replace(" -", "-")
