"""Requests at fixed times, however long the answers take, over persistent connections."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

THREADS = 64
TIMEOUT_S = 30
# The site closes connections that were idle for five seconds.
MAX_IDLE_S = 3
BLOCK = 64 * 1024
HEADERS = {"Accept-Encoding": "gzip", "User-Agent": "make load"}


class Sample(NamedTuple):
    """A request: seconds from when it was due until the answer was complete, of which it was sent late.

    `status` is 0 if there was no complete answer.
    """

    kind: str
    path: str
    status: int
    seconds: float
    late: float


def run(port: int, requests: Iterator[tuple[str, str]], rate: float, seconds: float) -> list[Sample]:
    """Sends `rate` requests a second for so many seconds, and waits for the last answers."""
    loop = _OpenLoop(port, requests, rate, round(rate * seconds))
    threads = [threading.Thread(target=loop.work, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return loop.samples


class _OpenLoop:
    """A request that is late, because all threads wait or this program gets no processor, counts from when it was due:
    people do not wait for each other before they click.
    """

    def __init__(self, port: int, requests: Iterator[tuple[str, str]], rate: float, count: int):
        self.port, self.rate = port, rate
        self.samples: list[Sample] = []
        self._numbered = zip(range(count), requests, strict=False)
        self._lock = threading.Lock()
        self._started = time.monotonic() + 0.1

    def work(self) -> None:
        """The work of a thread: the next request, when it is due, until there are no more."""
        connection = _Connection(self.port)
        while True:
            with self._lock:
                number, (kind, path) = next(self._numbered, (0, ("", "")))
            if not kind:
                break
            due = self._started + number / self.rate
            time.sleep(max(0, due - time.monotonic()))
            late = time.monotonic() - due
            status = connection.get(path)
            self.samples.append(Sample(kind, path, status, time.monotonic() - due, late))
        connection.close()


class _Connection:
    """A persistent connection, opened again where a browser would do it."""

    def __init__(self, port: int):
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self._used_at = 0.0
        self.close = self._http.close

    def get(self, path: str) -> int:
        """The status of a complete answer, or 0."""
        if time.monotonic() - self._used_at > MAX_IDLE_S:
            self._http.close()
        is_new = self._http.sock is None
        try:
            return self._get(path)
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            # The server may have closed a connection at the moment at which it was used again.
            if is_new or isinstance(error, TimeoutError):
                return 0
        with suppress(OSError, http.client.HTTPException):
            return self._get(path)
        self._http.close()
        return 0

    def _get(self, path: str) -> int:
        if self._http.sock is None:
            self._http.connect()
            self._http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._http.request("GET", path, headers=HEADERS)
        response = self._http.getresponse()
        while response.read(BLOCK):
            pass
        self._used_at = time.monotonic()
        return response.status
