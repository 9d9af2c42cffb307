"""Exports of all rows: when their first byte comes, and what they cost the worker in memory."""

import time

from .site import BLOCK, Site

ENDINGS = ("csv", "xlsx", "geojson", "atom")
# A workbook of a million rows takes minutes: how memory grows is seen before.
LONGEST_S = 60
TRIES = 3


def measure(site: Site) -> dict:
    """By ending; those that the site does not have yet give their reason."""
    site.get("/initiatives/")
    found = {}
    for ending in ENDINGS:
        try:
            found[ending] = _measure(site, ending)
        except (RuntimeError, OSError) as error:
            found[ending] = {"failed": str(error)[:200]}
    return found


def _measure(site: Site, ending: str) -> dict:
    # What a process needs once, such as a library that writes workbooks, is no growth by an export.
    _read(site, f"/initiatives.{ending}?city=testgrad-299", LONGEST_S)
    firsts = []
    for number in range(TRIES):
        # An export that nobody reads any more goes on for a moment, and is no part of the next.
        site.wait_until_idle()
        first_ms, _size, _seconds = _read(site, f"/initiatives.{ending}?year_from={1997 + number}", 0)
        firsts.append(first_ms)
    site.wait_until_idle()
    with site.watched_memory() as memory:
        first_ms, size, seconds = _read(site, f"/initiatives.{ending}", LONGEST_S)
    return {
        "first_byte_ms": max(*firsts, first_ms),
        "first_bytes_ms": [*firsts, first_ms],
        "memory": memory,
        "mb": size / 1024**2,
        "seconds": seconds,
        "whole": seconds < LONGEST_S,
    }


def _read(site: Site, path: str, longest_s: float) -> tuple[float, int, float]:
    """Milliseconds to the first byte of the content, bytes read, and seconds in all."""
    started = time.perf_counter()
    answer = site.open(path)
    if answer.status != 200:
        site.hang_up()
        raise RuntimeError(f".{path.partition('.')[2][:20]} answers {answer.status}")
    size = len(answer.read(1))
    first_ms = (time.perf_counter() - started) * 1000
    while time.perf_counter() - started < longest_s and (block := answer.read(BLOCK)):
        size += len(block)
    if not answer.isclosed():
        site.hang_up()
    return first_ms, size, time.perf_counter() - started
