"""Provides each request with a state of the facet index that is current when the request begins.

docs/developers/facet-index.md explains how to repair a wrong count.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from django.db import DatabaseError, connections, router

from sco_cities.db import query_deadline
from sco_cities.db.database_errors import classify_database_error, first_line

from . import change_log, registry
from .change_log import FacetIndexNotReady
from .models import Change
from .read_snapshot import open_snapshot, read_snapshot
from .state import CollectionIndex, IndexState

log = logging.getLogger(__name__)

# Maximum time that a request waits for an index to be read. A million records take three to four seconds.
MAX_WAIT_S = 12
# Maximum time that a process waits at startup. The first request reads the indexes that are still missing.
MAX_START_S = 120
# Minimum interval between log messages about an unavailable database.
LOG_INTERVAL_S = 60
# Maximum number of waiting requests. The limit keeps threads free for other requests. None means no limit.
max_waiting: int | None = None
_waiting: list[None] = []


class _SharedState:
    """A database's newest index state and background work, shared by all threads of this process."""

    def __init__(self, using: str):
        self.using = using
        self.lock = threading.Lock()
        self.state: IndexState | None = None
        # Maps the names of collections and of other background work in progress to events.
        self.in_progress: dict[Hashable, threading.Event] = {}
        self.logged_at = -float(LOG_INTERVAL_S)

    def catch_up(self) -> IndexState:
        """Updates the shared state to the data that the current transaction sees.

        The transaction must have begun after the lock was acquired, so that the shared state cannot be newer than this
        data.
        """
        if self.state is None:
            self.state = IndexState(self.using, change_log.version(self.using))
        else:
            self.state = catch_up(self.state)
        return self.state

    def read_in_background(
        self, missing: Iterable[str], before: Callable[[], None] = lambda: None
    ) -> list[threading.Event]:
        """Calls `before` and then reads indexes in a thread. The event of an index is set when the index is ready."""

        def work(names: list[str]) -> None:
            before()
            with read_snapshot(self.using):
                new = read(self.using, names)
            with self.lock, read_snapshot(self.using):
                state = self.catch_up()
                self.state = _merge(state, catch_up(new))

        return self.run_in_background(missing, work)

    def run_in_background(
        self, names: Iterable[Hashable], work: Callable[[list[Hashable]], None]
    ) -> list[threading.Event]:
        """Runs `work` in a thread for all names that are not in progress. Returns an event for each name.

        The event is set when the work for this name has finished or failed.
        """
        with self.lock:
            new = [name for name in names if name not in self.in_progress]
            events = [self.in_progress.setdefault(name, threading.Event()) for name in names]
        if new:
            try:
                threading.Thread(target=self._run, args=(new, work), name="facet index", daemon=True).start()
            except RuntimeError:
                self._set_done(new)
                raise
        return events

    def _set_done(self, names: list[Hashable]) -> None:
        with self.lock:
            events = [self.in_progress.pop(name) for name in names]
        for event in events:
            event.set()

    def _run(self, names: list[Hashable], work: Callable[[list[Hashable]], None]) -> None:
        try:
            work(names)
        except Exception as error:
            # The next request tries to read the index again.
            self._log_failure(error, ", ".join(map(str, names)))
        finally:
            self._set_done(names)
            connections.close_all()

    def _log_failure(self, error: Exception, names: str) -> None:
        if classify_database_error(error) is None:
            log.exception("The facet index of %s could not be read", names)
        elif time.monotonic() - self.logged_at >= LOG_INTERVAL_S:
            # The number of log messages is limited, because every request during an outage tries again.
            self.logged_at = time.monotonic()
            log.warning("The facet index of %s could not be read: %s", names, first_line(error))


_shared: dict[str, _SharedState] = {}


def log_failure(logger: logging.Logger, text: str, error: Exception) -> None:
    """Logs a one-line warning if the database or the index is unavailable, and otherwise a warning with a traceback."""
    if isinstance(error, FacetIndexNotReady):
        logger.warning("%s: the facet index is not ready", text)
    else:
        is_outage = classify_database_error(error) is not None
        logger.warning("%s: %s", text, first_line(error), exc_info=None if is_outage else error)


def warm_up(on_wait: Callable[[], bool] = lambda: True) -> None:
    """Reads all indexes before the first request, when a web server process starts.

    This function calls `on_wait` every second and returns early if the result is false. If the database is unavailable,
    it returns immediately, and requests get status 503 until the database is available again. It also prunes a long
    change log, because requests that only read must not write. Pruning is safe here, because all indexes are read
    afterwards.
    """
    names = [model.collection for model in registry.indexed_models()]
    events = []
    # Readers may use a different database from curators.
    for using in connections:
        shared = _shared.setdefault(using, _SharedState(using))
        events += shared.read_in_background(names, before=partial(_prune, using))
    until = time.monotonic() + MAX_START_S
    for event in events:
        while not event.wait(1):
            if time.monotonic() > until or not on_wait():
                return


def _prune(using: str) -> None:
    if using != router.db_for_write(Change):
        return
    try:
        change_log.prune(using)
    except DatabaseError as error:
        # The index can be read even if the database is read-only.
        log.warning("The change log could not be pruned: %s", first_line(error))


def build_in_background(
    using: str, name: Hashable, build: Callable[[IndexState], None]
) -> threading.Event | None:
    """Runs `build` with the newest state in the background. Returns an event that is set when `build` has finished.

    Pages must work without the result of `build`. When the result is ready, pages rendered without it become outdated.
    In a transaction, returns None, because other threads do not see the changes of the transaction.
    """
    if connections[using].in_atomic_block:
        return None
    shared = _shared.setdefault(using, _SharedState(using))

    def work(_names: list[Hashable]) -> None:
        with _refreshed(shared) as state:
            build(state)
        with shared.lock:
            if shared.state is not None:
                shared.state = shared.state.with_new_number()

    (event,) = shared.run_in_background([name], work)
    return event


def clear() -> None:
    """Discards the states of this process. The next request reads the indexes again."""
    _shared.clear()


def read(using: str, names: Iterable[str]) -> IndexState:
    """Reads the indexes of these collections as the current transaction sees the database."""
    version = change_log.version(using)
    indexes = {name: CollectionIndex.read(registry.indexed_model(name), using) for name in names}
    return IndexState(using, version, indexes)


def catch_up(state: IndexState) -> IndexState:
    """Returns `state` with all changes that the current transaction sees, or without indexes if there are too many."""
    try:
        return state.after(*change_log.changes_since(state.using, state.version))
    except change_log.ChangeLogOverflow:
        return IndexState(state.using, change_log.version(state.using), cache=state.cache)


def _merge(state: IndexState, other: IndexState) -> IndexState:
    """Combines the indexes of two states that were read at the same moment."""
    indexes = {**state.indexes, **other.indexes}
    return IndexState(state.using, state.version, indexes, state.cache)


def state_number(using: str) -> int:
    """Returns the number of the current state, which changes only when data are committed."""
    shared = _shared.setdefault(using, _SharedState(using))
    if (outer := open_snapshot(using)) and outer.state:
        return outer.state.number
    state = shared.state
    # Checks for changes without opening a transaction, because there are usually no changes.
    if (
        state is not None
        and not connections[using].in_atomic_block
        and not change_log.has_changes(using, state.version)
    ):
        return state.number
    with _refreshed(shared) as state:
        return state.number


def last_known_state_number(using: str) -> int:
    """Returns the number of the newest state in this process, without a query. It may be older than `state_number`."""
    shared = _shared.get(using)
    if shared is None or shared.state is None or connections[using].in_atomic_block:
        return state_number(using)
    return shared.state.number


def known_states() -> dict[str, IndexState]:
    """Maps the alias of each database to the newest state in this process, without a query."""
    return {using: state for using, shared in list(_shared.items()) if (state := shared.state) is not None}


@contextmanager
def facet_index(*collections: str) -> Iterator[IndexState]:
    """Opens a snapshot and provides its state, with the indexes of these collections.

    All queries in the block see the database as of this state. If an index must be read first (after startup or too
    many changes), the call waits until the index is ready. It raises FacetIndexNotReady after MAX_WAIT_S, if too many
    requests are waiting, or if reading failed. Nested calls get the outer state.
    """
    names = list(
        dict.fromkeys(
            name for collection in collections for name in registry.required_collections(collection)
        )
    )
    using = router.db_for_read(registry.indexed_model(names[0]).model)
    shared = _shared.setdefault(using, _SharedState(using))
    if connections[using].in_atomic_block:
        yield _state_in_transaction(shared, names)
        return
    if outer := open_snapshot(using):
        # The shared state may be newer than the open snapshot, so it is not used.
        outer.state = _with_indexes(outer.state or IndexState(using, change_log.version(using)), names)
        yield outer.state
        return
    until = time.monotonic() + MAX_WAIT_S
    for is_last in (False, True):
        with _refreshed(shared) as state:
            missing = [name for name in names if name not in state.indexes]
            if not missing:
                yield state
                return
        if is_last:
            raise FacetIndexNotReady(", ".join(missing))
        events = shared.read_in_background(missing)
        if max_waiting is not None and len(_waiting) >= max_waiting:
            raise FacetIndexNotReady(", ".join(missing))
        _waiting.append(None)
        try:
            for event in events:
                event.wait(max(0, until - time.monotonic()))
        finally:
            _waiting.pop()


@contextmanager
def _refreshed(shared: _SharedState) -> Iterator[IndexState]:
    with ExitStack() as stack:
        with query_deadline.held(shared.lock, shared.using):
            snapshot = stack.enter_context(read_snapshot(shared.using))
            state = snapshot.state = shared.catch_up()
        yield state


def _state_in_transaction(shared: _SharedState, names: list[str]) -> IndexState:
    """Returns the state that an open transaction sees. The state is shared only in a test case's transaction.

    Any other transaction may be rolled back, and other threads do not see its writes.
    """
    blocks = connections[shared.using].atomic_blocks
    if not all(getattr(block, "_from_testcase", False) for block in blocks):
        return read(shared.using, names)
    shared.state = _with_indexes(shared.catch_up(), names)
    return shared.state


def _with_indexes(state: IndexState, names: list[str]) -> IndexState:
    """Returns a state with these indexes. Missing indexes are read in the current transaction or snapshot."""
    missing = [name for name in names if name not in state.indexes]
    return _merge(state, read(state.using, missing)) if missing else state
