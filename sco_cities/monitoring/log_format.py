"""The two formats of the log: readable lines, and JSON lines for a log collector."""

import json
import logging
from datetime import UTC, datetime

from . import request_trace

# The text of a record whose fields say everything.
FIELDS_ONLY = ""


class LineFormatter(logging.Formatter):
    """A readable line, with the id of the request at its end."""

    def formatMessage(self, record):
        line = super().formatMessage(record)
        trace = request_trace.current()
        return line if trace is None else f"{line} [request {trace.request_id}]"


class JsonFormatter(logging.Formatter):
    """One line of JSON: time, level, logger, message, the id of the request, a traceback, and the record's `fields`."""

    def format(self, record):
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if message := record.getMessage():
            entry["message"] = message
        if (trace := request_trace.current()) is not None:
            entry["request_id"] = trace.request_id
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        # With ASCII only, nothing that a client has sent can break the line or the encoding.
        return json.dumps(entry, default=str)


class WithoutRequestTracebacks(logging.Filter):
    """Removes the traceback of requests that Django rejects, such as those for an unknown host: the line says why."""

    def filter(self, record):
        if record.name.startswith("django.security."):
            record.exc_info = None
        return True
