"""Exports of all rows, with time to first byte and memory growth of the worker."""

import statistics
import time

from . import site
from .databases import Database
from .site import Site

EXTENSIONS = ("csv", "xlsx", "geojson", "jsonl")
# A workbook with a million rows takes minutes, but memory growth is visible earlier.
MAX_S = 60
TRIES = 6


def measure(database: Database) -> dict:
    """Figures by file extension. Each export is read from a new site, so that memory of one does not count for another.

    The figure of a failed export is its error.
    """
    figures = {}
    for extension in EXTENSIONS:
        try:
            with site.running(database) as running_site:
                figures[extension] = _measure(running_site, extension)
        except (RuntimeError, OSError) as error:
            figures[extension] = {"failed": str(error)[:200]}
    return figures


def _measure(site: Site, extension: str) -> dict:
    first_bytes_ms = []
    for number in range(TRIES):
        # An aborted export continues for a moment and must not disturb the next one. The first export must not compete
        # with the start of the site, so its worker has already served a page.
        site.wait_until_idle()
        first_ms, _size, _seconds = _read(site, f"/initiatives.{extension}?year_from={1997 + number}", 0)
        first_bytes_ms.append(first_ms)
    site.wait_until_idle()
    with site.track_memory() as memory:
        first_ms, size, seconds = _read(site, f"/initiatives.{extension}", MAX_S)
    return {
        # The list page that it is compared with is a median too. The first export of a process takes longer.
        "first_byte_ms": statistics.median([*first_bytes_ms, first_ms]),
        "first_bytes_ms": [*first_bytes_ms, first_ms],
        "memory": memory,
        "mb": size / 1024**2,
        "seconds": seconds,
        "is_complete": seconds < MAX_S,
    }


def _read(site: Site, path: str, max_s: float) -> tuple[float, int, float]:
    """Milliseconds to the first byte of the content, bytes read, and total seconds."""
    started = time.perf_counter()
    blocks = site.blocks(path, max_s)
    size = len(next(blocks))
    first_ms = (time.perf_counter() - started) * 1000
    size += sum(map(len, blocks))
    return first_ms, size, time.perf_counter() - started
