"""A row of the table of faults."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.ops.site_process import Answer


class Row(NamedTuple):
    """The measurement of a check, its goal, and whether the goal is reached."""

    name: str
    measured: str
    goal: str
    reached: bool

    @classmethod
    def of_answers(cls, name: str, answers: Sequence[Answer], status: int, goal_s: float) -> "Row":
        """A row that checks whether all answers have this status and arrived in time."""
        slowest = max(answer.seconds for answer in answers)
        wrong = sum(answer.status != status for answer in answers)
        measured = f"slowest {slowest:.2f} s, {wrong} of {len(answers)} not {status}"
        return cls(name, measured, f"{status} in < {goal_s} s", slowest < goal_s and not wrong)
