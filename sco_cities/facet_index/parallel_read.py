"""Reading from the database on two connections abreast."""

import logging
import pickle
from collections.abc import Callable, Collection, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from . import change_log
from .read_snapshot import read_snapshot

log = logging.getLogger(__name__)

# What is read from a database, each by its name.
Parts = Mapping[Hashable, Callable[[str], Any]]
Read = dict[Hashable, Any]


def read(parts: Parts, beside: Collection[Hashable], using: str, version: change_log.Version) -> Read:
    """What each of `parts` returns of the database `using`, by its name, all as of the moment that is `version`.

    Those that `beside` names are read by a second connection meanwhile: while one thread waits for its database
    Python is free for the other, and on two cores the index of a million records is there in 2.6 s and not in 3.8.
    The second connection cannot be given the moment of the first. Where it sees another version, the first reads
    everything; so it does within a transaction, which no other connection sees.
    """
    if not beside or connections[using].in_atomic_block:
        return _each(parts, using)
    others = {name: parts[name] for name in beside}
    with ThreadPoolExecutor(1, thread_name_prefix="facet index") as second:
        reading = second.submit(_packed, others, using, version)
        found = _each({name: how for name, how in parts.items() if name not in others}, using)
        packed = reading.result()
    return found | (_each(others, using) if packed is None else pickle.loads(packed))  # noqa: S301 - packed below


def _each(parts: Parts, using: str) -> Read:
    return {name: how(using) for name, how in parts.items()}


def _packed(parts: Parts, using: str, version: change_log.Version) -> bytes | None:
    """The same by another connection; None where it failed, or sees another version.

    Packed, since what lasts among what a thread leaves behind would keep its memory from being given back: of a
    million records 10 MB.
    """
    try:
        with read_snapshot(using):
            return pickle.dumps(_each(parts, using)) if change_log.version(using) == version else None
    except Exception:
        log.warning("A second connection could not help to read the index", exc_info=True)
        return None
    finally:
        connections.close_all()
