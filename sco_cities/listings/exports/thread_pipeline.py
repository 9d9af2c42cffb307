"""Work that is done in a thread beside, while what comes next is being read from the database."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.utils.translation import get_language, override

Item = TypeVar("Read")
Result = TypeVar("Made")


def map_in_thread(things: Iterable[Item], make: Callable[[Item], Result]) -> Iterator[Result]:
    """What `make` makes of each, in order: in another thread, while the next one is being read.

    Databases are waited for without holding Python up: to read and to write rows one after the other took half as
    long again. `make` asks no database, since connections belong to their threads; it has the caller's language.
    """
    language = get_language()

    def make_in_language(thing: Item) -> Result:
        with override(language):
            return make(thing)

    with ThreadPoolExecutor(1, thread_name_prefix="export") as beside:
        pending = None
        for thing in things:
            if pending is not None:
                yield pending.result()
            pending = beside.submit(make_in_language, thing)
        if pending is not None:
            yield pending.result()
