"""The arc of a tie: broad where somebody shares, narrow where somebody learns, always bent the same way."""

import math

# How far an arc swings out, as a part of its length.
SWING = 0.16
# Across the broad end: of the weakest tie, and of the strongest.
NARROWEST, BROADEST = 4, 20
POINT = 2

Spot = tuple[int, int]


def arc_width(count: int, most: int) -> float:
    """How broad the arc of a tie is, among ties of at most `most`: what it covers grows with the number."""
    return NARROWEST + (BROADEST - NARROWEST) * (count - 1) / max(most - 1, 1)


def arc(start: Spot, end: Spot, broad: float, *, is_even: bool) -> str:
    """The outline of an arc from who shares to who learns; of even ones both ends are alike.

    It bends to the left of its way, so that two opposite ones do not cover each other.
    """
    (x, y), (to_x, to_y) = start, end
    length = math.hypot(to_x - x, to_y - y) or 1
    # One unit across, to the left.
    left, up = (to_y - y) / length, -(to_x - x) / length
    top_x, top_y = (x + to_x) / 2 + left * length * SWING, (y + to_y) / 2 + up * length * SWING
    first, last = (broad / 4, broad / 4) if is_even else (broad / 2, POINT / 2)
    middle = (first + last) / 2

    def beside(x: float, y: float, far: float) -> Spot:
        return round(x + left * far), round(y + up * far)

    out = beside(x, y, first), beside(top_x, top_y, middle), beside(to_x, to_y, last)
    back = beside(to_x, to_y, -last), beside(top_x, top_y, -middle), beside(x, y, -first)
    return f"M{_pair(out[0])}{_curve(*out)}l{_step(out[2], back[0])}{_curve(*back)}z"


def _curve(start: Spot, over: Spot, end: Spot) -> str:
    return f"q{_step(start, over)} {_step(start, end)}".replace(" -", "-")


def _step(start: Spot, end: Spot) -> str:
    return _pair((end[0] - start[0], end[1] - start[1]))


def _pair(spot: Spot) -> str:
    return f"{spot[0]} {spot[1]}".replace(" -", "-")
