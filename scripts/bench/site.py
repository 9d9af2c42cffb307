"""The site as in production, with one worker, and a client that keeps its connection."""

import gzip
import http.client
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from . import page_parser
from .databases import Database
from .paths import ROOT, environment, manage

PATIENCE_S = 300
BLOCK = 64 * 1024


class Answer:
    """What came back: status, headers and the whole text."""

    def __init__(self, status: int, headers, body: bytes):
        self.status, self.headers = status, headers
        self._body = body

    @property
    def text(self) -> str:
        packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self._body) if packed else self._body).decode()


class Site:
    """A running site. Each request goes over the same connection."""

    def __init__(self, port: int, process: subprocess.Popen):
        self.port, self._process = port, process
        self._connection: http.client.HTTPConnection | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self, path: str, headers: dict | None = None) -> http.client.HTTPResponse:
        """The beginning of an answer. The server closes idle connections: then there is a new one."""
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
                self._connection.connect()
                self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self._connection.request("GET", path, headers=headers or {})
                return self._connection.getresponse()
            except (http.client.HTTPException, ConnectionError):
                self.hang_up()
                if attempt == 2:
                    raise
        raise AssertionError

    def get(self, path: str, headers: dict | None = None, *, expected: tuple[int, ...] = (200,)) -> Answer:
        """The whole answer, as browsers ask for it; RuntimeError if its status is not the expected one."""
        answer = self.open(path, {"Accept-Encoding": "gzip"} if headers is None else headers)
        found = Answer(answer.status, answer.headers, answer.read())
        if found.status not in expected:
            raise RuntimeError(f"{path[:100]} answers {found.status}: {found.text[:200]}")
        return found

    def hang_up(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def worker(self) -> int:
        """The process id of the only worker."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return int(children.read_text().split()[0])

    def memory_mb(self) -> float:
        """What the worker has in memory."""
        for line in Path(f"/proc/{self.worker()}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("the worker's memory cannot be read")

    def wait_until_idle(self) -> None:
        """Waits until the worker has done nothing for a second, as where it waits for a query; a minute at most."""
        limit, before = time.monotonic() + 60, -1
        while time.monotonic() < limit:
            fields = Path(f"/proc/{self.worker()}/stat").read_text().rpartition(")")[2].split()
            used = int(fields[11]) + int(fields[12])
            if used == before:
                return
            before = used
            time.sleep(1)

    @contextmanager
    def watched_memory(self) -> Iterator[dict]:
        """Fills a dictionary with the worker's memory before and at its highest during the block."""
        found = {"before": self.memory_mb(), "peak": 0.0}
        over = threading.Event()

        def watch():
            while not over.wait(0.02):
                with suppress(OSError):
                    found["peak"] = max(found["peak"], self.memory_mb())

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield found
        finally:
            over.set()
            thread.join()
            found["growth"] = max(0.0, found["peak"] - found["before"])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def running(database: Database) -> Iterator[Site]:
    """The site on this database under gunicorn, as the project's own configuration says, with one worker."""
    manage(database.url, "compilemessages", "--verbosity", "0")
    manage(database.url, "collectstatic", "--noinput", "--verbosity", "0")
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", "1", "scripts.bench.server"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(database.url, PORT=str(port)), stdout=log, stderr=log
        )
        try:
            site = Site(port, process)
            _wait(site, process, log)
            yield site
            site.hang_up()
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(site: Site, process: subprocess.Popen, log) -> None:
    limit = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < limit:
        try:
            # Without numbers beside its options a page was made without the index, which is still being read.
            if page_parser.counts(site.get("/initiatives/").text, "status"):
                return
        except OSError:
            pass
        time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"the site does not start: {log.read().decode()[-500:]}")
