"""Summaries of measured times, and the resources used by processes."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
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
    """The milliseconds of each function, called in turn, so that a busy moment of the machine affects all equally."""
    milliseconds_by_name: dict[str, list[float]] = {name: [] for name in works}
    for _round in range(times):
        for name, work in works.items():
            milliseconds_by_name[name].append(milliseconds(work))
    return milliseconds_by_name


def memory_mb(pids: Iterable[int]) -> float:
    """The resident memory of processes. A process that has ended has none."""
    pages = sum(int(text.split()[1]) for text in _read_all(pids, "statm"))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def processor_s(pids: Iterable[int]) -> float:
    """The CPU time used by processes, user and system."""
    fields = [text.rpartition(")")[2].split() for text in _read_all(pids, "stat")]
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def _read_all(pids: Iterable[int], name: str) -> Iterator[str]:
    for pid in pids:
        with suppress(OSError):
            yield Path(f"/proc/{pid}/{name}").read_text()
