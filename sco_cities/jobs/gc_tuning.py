"""Garbage collector settings for processes that run large jobs."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Python's defaults start a collection after 700 new objects, and traverse most objects after 70,000.
NEW_OBJECTS, YOUNG, OLD = 100_000, 20, 20


@contextmanager
def relaxed_gc() -> Iterator[None]:
    """Collects garbage rarely: a job creates millions of objects, hardly any in cycles, and many long-lived.

    Only for the worker, which runs one job at a time. The setting is global to the process: with several threads, the
    last one to finish could restore another thread's setting.
    """
    before = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, YOUNG, OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
