"""The request that a thread works for: its id, which is in all its log lines, and its queries."""

import re
import secrets
from contextvars import ContextVar

# Ids of proxies: UUIDs, random hexadecimal numbers and the like, and nothing that could be text.
_PLAIN_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_ID_BYTES = 8


class RequestTrace:
    """The id of a request, and how many queries it sent to each database, by alias."""

    __slots__ = ("queries", "request_id")

    def __init__(self, proposed_id: str = ""):
        is_plain = _PLAIN_ID.fullmatch(proposed_id)
        self.request_id = proposed_id if is_plain else secrets.token_hex(_ID_BYTES)
        self.queries: dict[str, int] = {}


_current: ContextVar[RequestTrace | None] = ContextVar("request_trace", default=None)


def begin(proposed_id: str) -> RequestTrace:
    """The trace of a request that begins in this thread; it keeps a proposed id that is plain."""
    trace = RequestTrace(proposed_id)
    _current.set(trace)
    return trace


def end() -> None:
    """The request of this thread has ended."""
    _current.set(None)


def current() -> RequestTrace | None:
    """The trace of the request that this thread works for; None between requests, and in commands."""
    return _current.get()


def count_queries(sender, connection, **kwargs) -> None:
    """Has a new connection count its queries: a receiver of `connection_created`."""
    if _count not in connection.execute_wrappers:
        # Not at the end: `execute_wrapper` removes the last one.
        connection.execute_wrappers.insert(0, _count)


def _count(execute, sql, params, many, context):
    if (trace := _current.get()) is not None:
        alias = context["connection"].alias
        trace.queries[alias] = trace.queries.get(alias, 0) + 1
    return execute(sql, params, many, context)
