"""The two formats of the log (readable lines and JSON lines), and the request that a line belongs to."""

import json
import logging
import re
import secrets
from collections import Counter
from contextvars import ContextVar
from datetime import UTC, datetime

from sco_cities.ops.rate_limit import RateLimit

# Matches ids from proxies, such as UUIDs or random hexadecimal numbers, but not arbitrary text.
_PLAIN_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_ID_BYTES = 8


class RequestTrace:
    """The id of a request, and the number of its queries to each database, by alias."""

    __slots__ = ("queries", "request_id")

    def __init__(self, proposed_id: str = ""):
        is_plain = _PLAIN_ID.fullmatch(proposed_id)
        self.request_id = proposed_id if is_plain else secrets.token_hex(_ID_BYTES)
        self.queries: dict[str, int] = {}


# The trace of this thread's request. None between requests, and in commands.
current_trace: ContextVar[RequestTrace | None] = ContextVar("request_trace", default=None)


def begin_trace(proposed_id: str) -> RequestTrace:
    """Starts the trace of a request in this thread. Uses the proposed id if its format is valid."""
    trace = RequestTrace(proposed_id)
    current_trace.set(trace)
    return trace


def count_queries(sender, connection, **kwargs) -> None:
    """Makes a new connection count its queries. A receiver of `connection_created`."""
    if _count not in connection.execute_wrappers:
        # Inserted at the beginning, because `execute_wrapper` removes the last wrapper.
        connection.execute_wrappers.insert(0, _count)


def _count(execute, sql, params, many, context):
    if (trace := current_trace.get()) is not None:
        alias = context["connection"].alias
        trace.queries[alias] = trace.queries.get(alias, 0) + 1
    return execute(sql, params, many, context)


# The message of log records that contain all information in their fields.
FIELDS_ONLY = ""
# Maps each reason for rejecting requests to its message, and the minimum seconds between two lines with the same reason
# per process.
OUTAGES = {
    "database": "The database does not respond",
    "timeout": "Queries take too long",
    "locked": "Saves wait too long for other saves",
    "busy": "There are more requests than the site can handle",
    "index": "The facet index is being read",
    "maintenance": "The site is being maintained",
}
OUTAGE_PERIOD_S = 60
# Reasons that require no action by the operator unless they persist. They are logged as warnings.
PASSING = ("busy", "index", "maintenance")
# The maximum length of client data in a line about a rejected request, and the minimum seconds between two lines about
# the same kind of request per process.
MAX_REJECTION, REJECTION_PERIOD_S = 200, 60


class LineFormatter(logging.Formatter):
    """A readable line, with the id of the request at its end."""

    def formatMessage(self, record):
        line = super().formatMessage(record)
        trace = current_trace.get()
        return line if trace is None else f"{line} [request {trace.request_id}]"


class JsonFormatter(logging.Formatter):
    """One line of JSON with time, level, logger, message, request id, traceback, and the record's `fields`."""

    def format(self, record):
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if message := record.getMessage():
            entry["message"] = message
        if (trace := current_trace.get()) is not None:
            entry["request_id"] = trace.request_id
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        # ASCII output, so that client data cannot break the line or its encoding.
        return json.dumps(entry, default=str)


class OutageFilter(logging.Filter):
    """Passes one line a minute for each reason for rejecting requests, with the number of suppressed lines."""

    def __init__(self, name=""):
        super().__init__(name)
        self.limit, self.others = RateLimit(1, OUTAGE_PERIOD_S), Counter()

    def filter(self, record):
        if self.limit.take(record.reason):
            self.others[record.reason] += 1
            return False
        text = record.getMessage()
        others = self.others.pop(record.reason, 0)
        record.msg, record.args = f"{text} {others} more since the last line." if others else text, ()
        return True


class RejectedRequestFilter(logging.Filter):
    """Passes one short warning a minute for each kind of request that Django or gunicorn rejects.

    Anyone can send invalid requests. They are not errors of the site and must not fill the log.
    """

    def __init__(self, name=""):
        super().__init__(name)
        self.limit = RateLimit(1, REJECTION_PERIOD_S)

    def filter(self, record):
        text = record.getMessage()
        is_of_server = record.name == "gunicorn.error" and text.startswith("Invalid request from ")
        if not (is_of_server or record.name.startswith("django.security.")):
            return True
        record.msg = text if len(text) <= MAX_REJECTION else f"{text[:MAX_REJECTION]}…"
        record.args, record.exc_info = (), None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return not self.limit.take(record.name)
