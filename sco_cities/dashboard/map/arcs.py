"""The arc of an edge: a curve between two cities, always bent to the left, with an arrowhead if it has a direction."""

import math

# The distance of the control point from the straight line, as a share of the length.
CURVATURE = 0.16

Spot = tuple[int, int]


def arc(start: Spot, end: Spot) -> str:
    """The curve from one city to another as SVG path data.

    It bends to the left of its direction, so that two opposite arcs do not cover each other.
    """
    (x, y), (over_x, over_y) = start, _control_point(start, end)
    return f"M{_pair(x, y)}q{_pair(over_x - x, over_y - y)} {_pair(end[0] - x, end[1] - y)}".replace(
        " -", "-"
    )


def arrival_angle(start: Spot, end: Spot) -> int:
    """The direction in which an arc reaches its end, in degrees clockwise from the right."""
    over_x, over_y = _control_point(start, end)
    return round(math.degrees(math.atan2(end[1] - over_y, end[0] - over_x)))


def _control_point(start: Spot, end: Spot) -> Spot:
    (x, y), (to_x, to_y) = start, end
    return (
        round((x + to_x) / 2 + (to_y - y) * CURVATURE),
        round((y + to_y) / 2 - (to_x - x) * CURVATURE),
    )


def _pair(x: int, y: int) -> str:
    return f"{x} {y}"
