"""Serves the metrics of an instance on their own address, METRICS_BIND, which is not that of the site.

The server opens the address once; each web process answers there, in a thread of its own, as it does for the site. So
the address is read while requests hang, and while a process is replaced. Whichever process answers adds up the files of
all.
"""

import logging
import socket
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

from django.db import connections

from . import metric_files

log = logging.getLogger(__name__)

PATH = "/metrics"
# How long a connection may last: until then a slow client keeps others waiting.
DEADLINE_S = 5
# How often a process writes its own figures.
INTERVAL_S = 10

_listener: socket.socket | None = None


def listen(host: str, port: int) -> None:
    """Opens the address and creates the directory of the metrics, before the web processes begin."""
    global _listener
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=16)
    # Another process may have taken the connection that woke this one.
    listener.setblocking(False)
    metric_files.create(f"{host}-{port}")
    _listener = listener


def close() -> None:
    """Ends what `listen` has begun, with the server."""
    global _listener
    if _listener is not None:
        _listener.close()
        _listener = None
        metric_files.remove()


def start_thread() -> None:
    """Begins to answer in this web process, if metrics are on."""
    if _listener is not None:
        server = _MetricsServer(_listener)
        threading.Thread(target=server.serve_forever, args=(INTERVAL_S,), name="metrics", daemon=True).start()


class _MetricsServer(HTTPServer):
    """One request at a time: other processes answer others."""

    def __init__(self, listener: socket.socket):
        super().__init__(listener.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = listener.getsockname()[:2]

    def service_actions(self) -> None:
        """Called every INTERVAL_S, and after each request."""
        from . import metrics

        try:
            metrics.update_process()
        except Exception:
            # The thread would end.
            log.exception("The metrics of this process could not be written")

    def handle_error(self, request, client_address) -> None:
        # http.server would also report a client that has gone.
        if not isinstance(sys.exception(), OSError):
            log.exception("The metrics could not be read")


class _Handler(BaseHTTPRequestHandler):
    """Answers with the metrics of all processes."""

    server_version, sys_version = "sco-cities", ""
    is_late = False

    def handle(self) -> None:
        # `timeout` would be one for each read: a client could send a byte now and then.
        deadline = threading.Timer(DEADLINE_S, self._end)
        deadline.start()
        try:
            super().handle()
        finally:
            deadline.cancel()

    def _end(self) -> None:
        """Ends the connection; a thread that is reading from it continues at once."""
        self.is_late = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def do_GET(self) -> None:
        if self.is_late:
            # The connection may have ended where the headers seem to end.
            return
        if self.path.partition("?")[0] != PATH:
            self.send_error(404)
            return
        try:
            body, content_type = metrics_text(self.headers.get("Accept", ""))
        finally:
            # The next one may be answered by another process, and in half a minute only.
            connections.close_all()
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args) -> None:
        pass


def metrics_text(accept: str = "") -> tuple[bytes, str]:
    """The metrics of all processes of this instance, and their media type."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    from .state_collector import StateCollector

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_ProcessCollector())
    registry.register(StateCollector())
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _ProcessCollector:
    """A collector of what the processes have counted."""

    def collect(self) -> Iterable:
        from prometheus_client.multiprocess import MultiProcessCollector

        path = metric_files.directory()
        with metric_files.locked(path, exclusive=False):
            return list(MultiProcessCollector(None, str(path)).collect())
