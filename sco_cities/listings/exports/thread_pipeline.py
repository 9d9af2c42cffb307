"""A pipeline of two stages: a thread processes an item while the next one is read from the database."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.utils.translation import get_language, override

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_thread(items: Iterable[Item], process: Callable[[Item], Result]) -> Iterator[Result]:
    """The result of `process` for each item, in order, computed in another thread while the next item is read.

    Waiting for a database releases the interpreter lock: to read and write rows in turn took half as long again.
    `process` must not query a database, since connections belong to threads; it runs in the caller's language.
    """
    language = get_language()

    def process_in_language(item: Item) -> Result:
        with override(language):
            return process(item)

    with ThreadPoolExecutor(1, thread_name_prefix="export") as executor:
        pending = None
        for item in items:
            if pending is not None:
                yield pending.result()
            pending = executor.submit(process_in_language, item)
        if pending is not None:
            yield pending.result()
