"""Times of many tries in a few numbers."""

import time
from collections.abc import Callable
from statistics import median


def summary(values: list[float]) -> dict:
    """The middle, the ends and the number of what was measured."""
    return {"median": median(values), "min": min(values), "max": max(values), "n": len(values)}


def milliseconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def each_in_turn(works: dict[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """The milliseconds of each work, taken in turn, so that a busy moment of the machine touches all alike."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _turn in range(times):
        for name, work in works.items():
            found[name].append(milliseconds(work))
    return found
