"""Runs the site as in production, with one worker, and a client with a persistent connection."""

import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.ports import free_port

from .databases import Database
from .paths import ROOT, environment, manage

TIMEOUT_S = 300
BLOCK = 64 * 1024


class Response:
    """A complete response."""

    def __init__(self, status: int, headers, body: bytes):
        self.status, self.headers = status, headers
        self._body = body

    @property
    def text(self) -> str:
        is_compressed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self._body) if is_compressed else self._body).decode()


class Site:
    """A running site. All requests use the same connection."""

    def __init__(self, port: int, process: subprocess.Popen | None):
        self.port, self._process = port, process
        # The seconds from the start of the server to its first page.
        self.start_s = 0.0
        self._connection: http.client.HTTPConnection | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(
        self, path: str, headers: dict | None = None, body: bytes | None = None
    ) -> http.client.HTTPResponse:
        """A response whose body is not read yet. Reconnects if the server has closed the idle connection."""
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
                self._connection.connect()
                self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self._connection.request("GET" if body is None else "POST", path, body, headers or {})
                return self._connection.getresponse()
            except (http.client.HTTPException, ConnectionError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def get(self, path: str, headers: dict | None = None, *, expected: tuple[int, ...] = (200,)) -> Response:
        """The complete response, compressed as for browsers; raises RuntimeError if its status is unexpected."""
        return self._response(path, {"Accept-Encoding": "gzip"} if headers is None else headers, expected)

    def post(self, path: str, body: bytes, headers: dict) -> Response:
        """The response to a submitted form; raises RuntimeError if it is not a redirect."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._response(path, headers | form, (302,), body)

    def _response(self, path: str, headers: dict, expected: tuple[int, ...], body: bytes | None = None):
        stream = self.open(path, headers, body)
        response = Response(stream.status, stream.headers, stream.read())
        if response.status not in expected:
            raise RuntimeError(f"{path[:100]} returned {response.status}: {response.text[:200]}")
        return response

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def worker(self) -> int:
        """The process id of the only worker."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return int(children.read_text().split()[0])

    def restart_worker(self) -> None:
        """Replaces the worker with a new one, and waits until that has shown a page."""
        old = self.worker()
        self.close()
        os.kill(old, signal.SIGTERM)
        limit = time.monotonic() + TIMEOUT_S
        while time.monotonic() < limit:
            # For a moment there is no worker at all.
            with suppress(OSError, IndexError):
                if self.worker() != old and self.is_ready():
                    return
            time.sleep(0.1)
        raise RuntimeError("no new worker is ready")

    def is_ready(self) -> bool:
        """Whether a list page is shown: while the facet index is still being read, the status is 503."""
        return self.get("/initiatives/", expected=(200, 503)).status == 200

    def memory_mb(self) -> float:
        """The resident memory of the worker."""
        for line in Path(f"/proc/{self.worker()}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("the worker's memory cannot be read")

    def processor_ms(self) -> float:
        """The processor time that the worker has used, of user and system, in steps of 10 ms."""
        fields = Path(f"/proc/{self.worker()}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def wait_until_idle(self) -> None:
        """Waits until the worker has used no processor time for a second; at most a minute."""
        limit, before = time.monotonic() + 60, -1.0
        while time.monotonic() < limit:
            used = self.processor_ms()
            if used == before:
                return
            before = used
            time.sleep(1)

    @contextmanager
    def track_memory(self) -> Iterator[dict]:
        """Yields a dictionary, which gets the worker's memory before the block, its peak and its growth."""
        memory = {"before": self.memory_mb(), "peak": 0.0}
        has_ended = threading.Event()

        def watch():
            while not has_ended.wait(0.02):
                with suppress(OSError):
                    memory["peak"] = max(memory["peak"], self.memory_mb())

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield memory
        finally:
            has_ended.set()
            thread.join()
            memory["growth"] = max(0.0, memory["peak"] - memory["before"])


@contextmanager
def running(database: Database, *, workers: int = 1, is_prepared: bool = False) -> Iterator[Site]:
    """The site on this database under gunicorn, with the project's own configuration.

    `is_prepared`: catalogues are compiled and static files collected already.
    """
    if not is_prepared:
        manage(database.url, "compilemessages", "--verbosity", "0")
        manage(database.url, "collectstatic", "--noinput", "--verbosity", "0")
    port, started = free_port(), time.perf_counter()
    command = [sys.executable, "-m", "gunicorn", "--workers", str(workers), "scripts.bench.server"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(database.url, PORT=str(port)), stdout=log, stderr=log
        )
        try:
            site = Site(port, process)
            _wait(site, process, log)
            site.start_s = time.perf_counter() - started
            yield site
            site.close()
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(site: Site, process: subprocess.Popen, log) -> None:
    limit = time.monotonic() + TIMEOUT_S
    while process.poll() is None and time.monotonic() < limit:
        with suppress(OSError):
            if site.is_ready():
                return
        time.sleep(0.05)
    log.seek(0)
    raise RuntimeError(f"the site does not start: {log.read().decode()[-500:]}")
