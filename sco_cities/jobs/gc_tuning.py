"""How often Python looks for cycles among objects, in a process that does a large work."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# By itself Python begins after 700 new objects, and looks through most of what there is after 70,000.
NEW_OBJECTS, YOUNG, OLD = 100_000, 20, 20


@contextmanager
def relaxed_gc() -> Iterator[None]:
    """Looks for cycles seldom: a work makes millions of objects, next to none in cycles, and many that last.

    For the worker, which does one work at a time. The setting is the process's: in one that serves pages, the thread
    that ends last would leave it as another had it.
    """
    before = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, YOUNG, OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
