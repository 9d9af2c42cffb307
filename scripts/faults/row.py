"""A row of the table of faults."""

from typing import NamedTuple


class Row(NamedTuple):
    """What a check has measured, what the goal is, and whether it is reached."""

    name: str
    measured: str
    goal: str
    reached: bool
