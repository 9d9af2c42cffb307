"""Runs the site as in production, with one worker and a client with a persistent connection, and measures exports.

Exports of all rows are measured by their time to first byte and the memory growth of the worker.
"""

import gzip
import http.client
import os
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tests.ops.site_process import children, running_site

from .databases import Database


def summary(values: list[float]) -> dict:
    """Returns the median, minimum, maximum and number of values."""
    return {"median": median(values), "min": min(values), "max": max(values), "n": len(values)}


def milliseconds(work: Callable[[], object]) -> float:
    """Returns the duration of `work` in milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def interleaved_milliseconds(works: dict[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """Returns the milliseconds of each function.

    The calls alternate, so that a busy moment of the machine affects all functions equally.
    """
    milliseconds_by_name: dict[str, list[float]] = {name: [] for name in works}
    for _round in range(times):
        for name, work in works.items():
            milliseconds_by_name[name].append(milliseconds(work))
    return milliseconds_by_name


def memory_mb(pids: Iterable[int]) -> float:
    """Returns the resident memory of processes. A process that has ended is counted as zero."""
    pages = sum(int(text.split()[1]) for text in _read_all(pids, "statm"))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def processor_s(pids: Iterable[int]) -> float:
    """Returns the user and system CPU time of processes in seconds."""
    fields = [text.rpartition(")")[2].split() for text in _read_all(pids, "stat")]
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def _read_all(pids: Iterable[int], name: str) -> Iterator[str]:
    for pid in pids:
        with suppress(OSError):
            yield Path(f"/proc/{pid}/{name}").read_text()


TIMEOUT_S = 300
BLOCK = 64 * 1024


class Response:
    """A complete response, with the duration of its request in milliseconds."""

    def __init__(self, status: int, headers, body: bytes, ms: float):
        self.status, self.headers, self.ms = status, headers, ms
        self._body = body

    @property
    def text(self) -> str:
        is_compressed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self._body) if is_compressed else self._body).decode()


class Site:
    """A running site. All requests use the same connection and return the site's cookies.

    The requests come from the local address `source` (127.0.0.0/8).
    """

    def __init__(self, port: int, server: int = 0, timeout: float = TIMEOUT_S, source: str = "127.0.0.1"):
        self.port, self._server, self._timeout, self._source = port, server, timeout, source
        self._cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(
        self, path: str, headers: dict | None = None, body: bytes | None = None
    ) -> http.client.HTTPResponse:
        """Returns a response whose body has not been read. Reconnects if the server has closed the idle connection."""
        is_new = self._connection is None
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, self._timeout, (self._source, 0)
            )
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._connection.request("GET" if body is None else "POST", path, body, headers or {})
            return self._connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            self.close()
            if is_new:
                raise
        return self.open(path, headers, body)

    def blocks(self, path: str, max_s: float = TIMEOUT_S) -> Iterator[bytes]:
        """Yields the content of an export as it arrives, for at most about `max_s` seconds."""
        limit = time.monotonic() + max_s
        response = self.open(path)
        if response.status != 200:
            self.close()
            raise RuntimeError(f"{path[:100]} returned {response.status}: {response.read(200).decode()}")
        yield response.read(1)
        while time.monotonic() < limit and (block := response.read(BLOCK)):
            yield block
        if not response.isclosed():
            self.close()

    def get(self, path: str, headers: dict | None = None, *, expected: tuple[int, ...] = (200,)) -> Response:
        """Returns the complete response, compressed as for browsers. Raises RuntimeError for an unexpected status."""
        return self._response(path, headers or {}, expected)

    def again(self) -> "Site":
        """Returns a copy of the client with a new connection, which another thread can use."""
        other = Site(self.port, self._server, self._timeout, self._source)
        other._cookies |= self._cookies
        return other

    def post(self, path: str, values: dict, *, expected: tuple[int, ...] = (302,)) -> Response:
        """Returns the response to a submitted form. Raises RuntimeError if its status is unexpected."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._response(path, form, expected, urlencode(values, doseq=True).encode())

    def _response(self, path: str, headers: dict, expected: tuple[int, ...], body: bytes | None = None):
        headers = {"Accept-Encoding": "gzip"} | headers
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        started = time.perf_counter()
        stream = self.open(path, headers, body)
        content = stream.read()
        ms = (time.perf_counter() - started) * 1000
        response = Response(stream.status, stream.headers, content, ms)
        if response.status not in expected:
            raise RuntimeError(f"{path[:100]} returned {response.status}: {response.text[:200]}")
        for header in response.headers.get_all("Set-Cookie", ()):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return response

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def memory_mb(self) -> float:
        """Returns the resident memory of the worker."""
        return memory_mb(children(self._server))

    def processor_ms(self) -> float:
        """Returns the user and system CPU time of the worker in milliseconds, in steps of 10 ms."""
        return processor_s(children(self._server)) * 1000

    def wait_until_idle(self) -> None:
        """Waits until the worker has used no CPU time for a second, for at most a minute."""
        limit, before = time.monotonic() + 60, -1.0
        while time.monotonic() < limit:
            used = self.processor_ms()
            if used == before:
                return
            before = used
            time.sleep(1)

    @contextmanager
    def track_memory(self) -> Iterator[dict]:
        """Yields a dictionary for the worker's memory, with the value before the block, the peak and the growth."""
        memory = {"before": self.memory_mb(), "peak": 0.0}
        has_ended = threading.Event()

        def watch():
            while not has_ended.wait(0.02):
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
def running(database: Database) -> Iterator[Site]:
    """Runs the site on this database with the URLs of the bench. Yields a client when the site serves a list page."""
    with running_site(database.url, workers=1, application="scripts.bench.server") as server:
        site = Site(server.port, server.process.pid)
        limit = time.monotonic() + TIMEOUT_S
        # The status is 503 until the facet index has been read.
        while site.get("/initiatives/", expected=(200, 503)).status == 503:
            if server.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"the site does not start: {server.output()[-500:]}")
            time.sleep(0.05)
        yield site
        site.close()


EXTENSIONS = ("csv", "xlsx", "geojson", "jsonl")
# A workbook with a million rows takes minutes, but memory growth is visible earlier.
MAX_S = 60
TRIES = 6


def measure_exports(database: Database) -> dict:
    """Returns the figures of the exports, by file extension.

    The site is restarted for each export, so that the memory of one export is not counted for the next. The figure of
    a failed export is its error.
    """
    figures = {}
    for extension in EXTENSIONS:
        try:
            with running(database) as running_site:
                figures[extension] = _measure(running_site, extension)
        except (RuntimeError, OSError) as error:
            figures[extension] = {"failed": str(error)[:200]}
    return figures


def _measure(site: Site, extension: str) -> dict:
    first_bytes_ms = []
    for number in range(TRIES):
        # Waits, because an aborted export continues for a moment and must not disturb the next export. The first
        # export does not compete with the start of the site, because the worker has already served a page.
        site.wait_until_idle()
        first_ms, _size, _seconds = _read(site, f"/initiatives.{extension}?year_from={1997 + number}", 0)
        first_bytes_ms.append(first_ms)
    site.wait_until_idle()
    with site.track_memory() as memory:
        first_ms, size, seconds = _read(site, f"/initiatives.{extension}", MAX_S)
    return {
        # The times of exports and of the list page are medians, because the first export takes longer.
        "first_byte_ms": statistics.median([*first_bytes_ms, first_ms]),
        "first_bytes_ms": [*first_bytes_ms, first_ms],
        "memory": memory,
        "mb": size / 1024**2,
        "seconds": seconds,
        "is_complete": seconds < MAX_S,
    }


def _read(site: Site, path: str, max_s: float) -> tuple[float, int, float]:
    """Milliseconds to the first byte of the content, bytes read, and total seconds."""
    started = time.perf_counter()
    blocks = site.blocks(path, max_s)
    size = len(next(blocks))
    first_ms = (time.perf_counter() - started) * 1000
    size += sum(map(len, blocks))
    return first_ms, size, time.perf_counter() - started
