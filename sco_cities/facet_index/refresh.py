"""The state of the facet index that a request sees: brought up to date at its beginning, once for all it shows."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager

from django.db import DatabaseError, OperationalError, connections, router

from . import change_log, parallel_read, registry
from .dimensions import ComputedDimension
from .models import Change
from .read_snapshot import open_snapshot, read_snapshot
from .state import CollectionIndex, IndexState

log = logging.getLogger(__name__)

# How long a request waits for an index that is being read before it asks the database instead: ten thousand
# records are read in a tenth of it, a million take seconds.
WAIT_S = 0.5
LONG_WAIT_S = 12


class _Shared:
    """What the threads of this process share of a database: the newest state, and what is being read."""

    def __init__(self, using: str):
        self.using = using
        self.lock = threading.Lock()
        self.state: IndexState | None = None
        # Kinds of record, and whatever else is put together beside requests.
        self.being_read: dict[Hashable, threading.Event] = {}

    def caught_up(self) -> IndexState:
        """The state of the current transaction, which must have begun after the lock was taken.

        Nobody can have brought the shared state further than this transaction sees.
        """
        if self.state is None:
            self.state = IndexState(self.using, change_log.version(self.using))
        else:
            self.state = caught_up(self.state)
        return self.state

    def read_in_background(
        self, missing: Iterable[str], first: Callable[[], None] = lambda: None
    ) -> list[threading.Event]:
        """Has the missing indexes read, after what is to be done `first`; the events tell when each is there."""

        def work(names: list[str]) -> None:
            first()
            with read_snapshot(self.using):
                fresh = read(self.using, names)
            with self.lock, read_snapshot(self.using):
                state = self.caught_up()
                self.state = _joined(state, caught_up(fresh))

        return self.beside(missing, work)

    def beside(
        self, missing: Iterable[Hashable], work: Callable[[list[Hashable]], None]
    ) -> list[threading.Event]:
        """Has a thread do what nobody does yet of this; the events tell when each is done, or has failed."""
        with self.lock:
            new = [name for name in missing if name not in self.being_read]
            events = [self.being_read.setdefault(name, threading.Event()) for name in missing]
        if new:
            try:
                threading.Thread(target=self._do, args=(new, work), name="facet index", daemon=True).start()
            except RuntimeError:
                self._done(new)
                raise
        return events

    def _done(self, names: list[Hashable]) -> None:
        with self.lock:
            events = [self.being_read.pop(name) for name in names]
        for event in events:
            event.set()

    def _do(self, names: list[Hashable], work: Callable[[list[Hashable]], None]) -> None:
        try:
            work(names)
        except Exception:
            # Requests meanwhile do without, and the next one tries again.
            log.exception("The facet index of %s could not be read", ", ".join(map(str, names)))
        finally:
            self._done(names)
            connections.close_all()


_shared: dict[str, _Shared] = {}


def warm_up() -> None:
    """Has all indexes read in the background, before anybody asks: where a process of the web server begins.

    There a log of changes that has grown long is begun anew too: a request that only reads must not write, and
    everything is about to be read in any case.
    """
    names = [kind.collection for kind in registry.indexed_models()]
    using = router.db_for_read(registry.indexed_model(names[0]).model)
    _shared.setdefault(using, _Shared(using)).read_in_background(names, first=_prune)


def _prune() -> None:
    try:
        change_log.prune(router.db_for_write(Change))
    except DatabaseError:
        # Of a database that may only be read the index is read all the same.
        log.warning("The log of changes could not be begun anew", exc_info=True)


def build_in_background(
    using: str, name: Hashable, make: Callable[[IndexState], None]
) -> threading.Event | None:
    """Has what pages can do without for a while made in the background, of the newest state; the event tells when.

    Pages that were made without it are old then. None within a transaction, which no other thread sees.
    """
    if connections[using].in_atomic_block:
        return None
    shared = _shared.setdefault(using, _Shared(using))

    def work(_names: list[Hashable]) -> None:
        with _refreshed(shared) as state:
            make(state)
        with shared.lock:
            if shared.state is not None:
                shared.state = shared.state.renumbered()

    (event,) = shared.beside([name], work)
    return event


def clear() -> None:
    """Drops what this process holds: the next request reads it anew."""
    _shared.clear()


def read(using: str, names: Iterable[str]) -> IndexState:
    """The indexes of these kinds, read from the database as the current transaction sees it."""
    version = change_log.version(using)
    wanted = [registry.indexed_model(name) for name in names]
    parts = {part: how for kind in wanted for part, how in CollectionIndex.parts(kind).items()}
    # What these are computed of does not last: another thread is rid of all of it once it has ended.
    computed = {
        (kind.collection, axis.name)
        for kind in wanted
        for axis in kind.axes
        if isinstance(axis, ComputedDimension)
    }
    found = parallel_read.read(parts, computed, using, version)
    return IndexState(using, version, {kind.collection: CollectionIndex.of(kind, found) for kind in wanted})


def caught_up(state: IndexState) -> IndexState:
    """`state` after all that the current transaction sees; without indexes where that is too much to follow."""
    try:
        return state.after(*change_log.changes_since(state.using, state.version))
    except change_log.ChangeLogOverflow:
        return IndexState(state.using, change_log.version(state.using), memory=state.memory)


def _joined(state: IndexState, fresh: IndexState) -> IndexState:
    """Two states of the same moment as one."""
    indexes = {**state.indexes, **fresh.indexes}
    return IndexState(state.using, state.version, indexes, state.memory)


def version(using: str) -> int:
    """The number of the state that is true now: the same as long as nothing has been committed."""
    shared = _shared.setdefault(using, _Shared(using))
    if (outer := open_snapshot(using)) and outer.state:
        return outer.state.number
    known = shared.state
    if known is not None and not connections[using].in_atomic_block:
        try:
            # One question, outside of any transaction, where the answer is mostly that nothing has changed.
            if not change_log.changes_since(using, known.version)[1]:
                return known.number
        except change_log.ChangeLogOverflow:
            pass
    with _refreshed(shared) as state:
        return state.number


def wait_for_version(using: str) -> int:
    """The same, or an earlier one: that of the newest state that this process knows of, without a question."""
    shared = _shared.get(using)
    if shared is None or shared.state is None or connections[using].in_atomic_block:
        return version(using)
    return shared.state.number


@contextmanager
def facet_index(*collections: str, patience_s: float | None = None) -> Iterator[IndexState | None]:
    """The state of the database that all queries inside see, with the indexes of these kinds of record.

    None while one of them is still being read, or is read anew because far too much has changed, and that takes
    longer than `patience_s` (WAIT_S): the caller then asks the database itself. Within another reading it is
    the state of that one, or None where that one lacks an index.
    """
    names = list(
        dict.fromkeys(name for collection in collections for name in registry.required_models(collection))
    )
    using = router.db_for_read(registry.indexed_model(names[0]).model)
    shared = _shared.setdefault(using, _Shared(using))
    if connections[using].in_atomic_block:
        yield _within_transaction(shared, names)
        return
    if outer := open_snapshot(using):
        # What is shared may by now be of a later moment than the one that is open.
        yield outer.state if outer.state and outer.state.indexes.keys() >= set(names) else None
        return
    for is_last in (False, True):
        with _refreshed(shared) as state:
            missing = [name for name in names if name not in state.indexes]
            if is_last or not missing:
                yield None if missing else state
                return
        until = time.monotonic() + (WAIT_S if patience_s is None else patience_s)
        for event in shared.read_in_background(missing):
            event.wait(max(0, until - time.monotonic()))


@contextmanager
def require_facet_index(*collections: str) -> Iterator[IndexState]:
    """The same for pages that nothing but the index can make; OperationalError where it is not there in time."""
    with facet_index(*collections, patience_s=LONG_WAIT_S) as state:
        if state is None:
            raise OperationalError("The facet index could not be read in time")
        yield state


@contextmanager
def _refreshed(shared: _Shared) -> Iterator[IndexState]:
    with ExitStack() as moment:
        with shared.lock:
            opened = moment.enter_context(read_snapshot(shared.using))
            state = opened.state = shared.caught_up()
        yield state


def _within_transaction(shared: _Shared, names: list[str]) -> IndexState:
    """The state that an open transaction sees; not shared, unless the transaction is that of a test case alone.

    What it has written may be rolled back, and other threads do not see it.
    """
    blocks = connections[shared.using].atomic_blocks
    if not all(getattr(block, "_from_testcase", False) for block in blocks):
        return read(shared.using, names)
    state = shared.caught_up()
    missing = [name for name in names if name not in state.indexes]
    if missing:
        state = shared.state = _joined(state, read(shared.using, missing))
    return state
