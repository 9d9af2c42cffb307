"""Summaries of measured times."""

import time
from collections.abc import Callable
from statistics import median


def summary(values: list[float]) -> dict:
    """Median, minimum, maximum and number of values."""
    return {"median": median(values), "min": min(values), "max": max(values), "n": len(values)}


def milliseconds(work: Callable[[], object]) -> float:
    """The duration of `work`."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def interleaved_milliseconds(works: dict[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """The milliseconds of each work, measured in turn, so that a busy moment of the machine affects all equally."""
    milliseconds_by_name: dict[str, list[float]] = {name: [] for name in works}
    for _round in range(times):
        for name, work in works.items():
            milliseconds_by_name[name].append(milliseconds(work))
    return milliseconds_by_name
