"""Sends requests on a fixed schedule, regardless of response times, over persistent connections."""

import http.client
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

from scripts.bench.site import BLOCK, Site

THREADS = 64
TIMEOUT_S = 30
HEADERS = {"Accept-Encoding": "gzip", "User-Agent": "make load"}


class Sample(NamedTuple):
    """A request, with the seconds from its due time to the complete response, and the delay before it was sent.

    `status` is 0 if there was no complete response.
    """

    kind: str
    path: str
    status: int
    seconds: float
    late: float


def run(port: int, requests: Iterator[tuple[str, str]], rate: float, seconds: float) -> list[Sample]:
    """Sends `rate` requests a second for `seconds`, and waits for the last answers."""
    loop = _OpenLoop(port, requests, rate, round(rate * seconds))
    threads = [threading.Thread(target=loop.work, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return loop.samples


class _OpenLoop:
    """Sends requests when they are due.

    If a request is late, because all threads wait or this program gets no CPU time, its time counts from its due time,
    because people do not wait for each other before they click.
    """

    def __init__(self, port: int, requests: Iterator[tuple[str, str]], rate: float, count: int):
        self.port, self.rate = port, rate
        self.samples: list[Sample] = []
        self._numbered = zip(range(count), requests, strict=False)
        self._lock = threading.Lock()
        self._started = time.monotonic() + 0.1

    def work(self) -> None:
        """Runs in each thread, and sends the next request when it is due, until there are no more."""
        client = Site(self.port, timeout=TIMEOUT_S)
        while True:
            with self._lock:
                number, (kind, path) = next(self._numbered, (0, ("", "")))
            if not kind:
                break
            due = self._started + number / self.rate
            time.sleep(max(0, due - time.monotonic()))
            late = time.monotonic() - due
            status = _status(client, path)
            self.samples.append(Sample(kind, path, status, time.monotonic() - due, late))
        client.close()


def _status(client: Site, path: str) -> int:
    """The status of a complete response, or 0."""
    try:
        response = client.open(path, HEADERS)
        while response.read(BLOCK):
            pass
        return response.status
    except (OSError, http.client.HTTPException):
        client.close()
        return 0
