"""Serves the metrics of an instance at a separate address (METRICS_BIND) of the same web server.

Each web process writes its counts into a file of prometheus-client. Any process can respond to a request, because it
aggregates all files. The files of ended processes are kept, so that no total decreases. One thread of each process
never waits long for the database (`db.query_deadline`), so the process can respond while other requests hang.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.signals import request_finished, request_started

PATH = "/metrics"
# The environment variable with the directory of prometheus-client's files. It is read at import.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
# The parent of that directory. It is in memory, because each request writes to the files.
MEMORY = Path("/dev/shm")  # noqa: S108 - the directory in it belongs to this user only


def is_on() -> bool:
    """Returns True if this is a server process that counts requests."""
    return VARIABLE in os.environ


def create_directory() -> None:
    """Creates the directory of the files in the parent process, before the web processes start."""
    parent = MEMORY if MEMORY.is_dir() else None
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix="sco-cities-metrics-", dir=parent)


def remove_directory() -> None:
    """Removes the directory when the instance stops."""
    if path := os.environ.pop(VARIABLE, ""):
        shutil.rmtree(path, ignore_errors=True)


def beside(application: Callable, port: int) -> Callable:
    """Wraps a WSGI application. Requests to this port return the metrics. Other requests call `application`."""

    def dispatch(environ: dict, start_response: Callable):
        # Uses the address of the web server's socket, not a header that clients could forge. A Unix socket has a path
        # instead of an address.
        listener = environ["gunicorn.socket"].getsockname()
        is_for_metrics = isinstance(listener, tuple) and listener[1] == port
        return (_metrics if is_for_metrics else application)(environ, start_response)

    return dispatch


def _metrics(environ: dict, start_response: Callable):
    from prometheus_client import CollectorRegistry, make_wsgi_app
    from prometheus_client.multiprocess import MultiProcessCollector

    from .metrics import StateCollector

    if environ["PATH_INFO"] != PATH:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"The metrics are at /metrics.\n"]
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(StateCollector())
    # Sends the same signals as for requests to the site. Their receivers limit waits for databases and close
    # connections.
    request_started.send(sender=_metrics, environ=environ)
    try:
        return make_wsgi_app(registry)(environ, start_response)
    finally:
        request_finished.send(sender=_metrics)
