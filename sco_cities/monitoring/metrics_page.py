"""The metrics of an instance at a separate address, METRICS_BIND, served by the same web server.

The web processes count into files of prometheus-client. Any process can answer by adding up the files of all. Files of
processes that have ended stay, so that no total decreases. One thread of a process never works for the database
(`db.query_deadline`), so it can answer while requests hang.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.signals import request_finished, request_started

PATH = "/metrics"
# The directory of prometheus-client's files, read at import.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
# In memory, because each request writes to it.
MEMORY = Path("/dev/shm")  # noqa: S108 - the directory in it belongs to this user only


def is_on() -> bool:
    """Whether this is a server process that counts."""
    return VARIABLE in os.environ


def create_directory() -> None:
    """Creates the directory of the files in the parent process, before the web processes start."""
    parent = MEMORY if MEMORY.is_dir() else None
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix="sco-cities-metrics-", dir=parent)


def remove_directory() -> None:
    """Removes the directory when the instance ends."""
    if path := os.environ.pop(VARIABLE, ""):
        shutil.rmtree(path, ignore_errors=True)


def beside(application: Callable, port: int) -> Callable:
    """A WSGI application that returns the metrics at this port, and calls `application` at all others."""

    def dispatch(environ: dict, start_response: Callable):
        # The address of the web server's socket. No client header counts. A Unix socket has a name instead.
        listener = environ["gunicorn.socket"].getsockname()
        is_for_metrics = isinstance(listener, tuple) and listener[1] == port
        return (_metrics if is_for_metrics else application)(environ, start_response)

    return dispatch


def _metrics(environ: dict, start_response: Callable):
    from prometheus_client import CollectorRegistry, make_wsgi_app
    from prometheus_client.multiprocess import MultiProcessCollector

    from .state_collector import StateCollector

    if environ["PATH_INFO"] != PATH:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"The metrics are at /metrics.\n"]
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(StateCollector())
    # As for each request of the site, so that it waits no longer for databases, and releases its connections.
    request_started.send(sender=_metrics, environ=environ)
    try:
        return make_wsgi_app(registry)(environ, start_response)
    finally:
        request_finished.send(sender=_metrics)
