"""Tests the hooks in the gunicorn settings and the web worker."""

import gc
import runpy
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.db import connection
from gunicorn.config import Config
from gunicorn.http import get_parser
from gunicorn.workers.gthread import ThreadWorker

from sco_cities.core import limited_process
from sco_cities.dashboard import views
from sco_cities.db import psycopg2_wait, query_deadline
from sco_cities.facet_index import refresh
from sco_cities.imports import sheet_reader
from sco_cities.monitoring import metrics_page
from sco_cities.ops import long_requests, replica, start, web_worker
from sco_cities.ops.web_worker import WebWorker
from sco_cities.search import frequent_words
from tests.core.test_frame_stack import CALLS, in_new_thread, most_page_faults

SETTINGS = Path(__file__).resolve().parents[2] / "gunicorn.conf.py"


@pytest.fixture
def default_interval():
    before = sys.getswitchinterval()
    yield before
    sys.setswitchinterval(before)


@pytest.fixture
def no_limits():
    """Removes the limits of a web process after the test."""
    yield
    long_requests.limit(0)
    refresh.max_waiting = sheet_reader.max_seconds = None
    limited_process.one_at_a_time = False
    psycopg2_wait.uninstall()


def test_a_new_worker_sets_its_limits_and_reads_the_index(default_interval, no_limits, monkeypatch):
    intervals, alive = [], []
    monkeypatch.setattr(
        refresh, "warm_up", lambda on_wait: (intervals.append(sys.getswitchinterval()), on_wait())
    )
    steps = []
    monkeypatch.setattr(replica, "warm_up", lambda: steps.append("replica"))
    monkeypatch.setattr(frequent_words, "warm_up", lambda: steps.append("words"))
    monkeypatch.setattr(views, "make_home_pages", lambda is_wanted: steps.append("home pages"))
    # `gc.freeze` is replaced, because the tests' objects must not be frozen.
    monkeypatch.setattr(gc, "freeze", lambda: steps.append("freeze"))
    cfg = SimpleNamespace(threads=4)
    worker = SimpleNamespace(alive=True, notify=lambda: alive.append(True), cfg=cfg)
    runpy.run_path(str(SETTINGS))["post_worker_init"](worker)
    assert intervals == [pytest.approx(default_interval / 10)]
    # While waiting, the worker reports that it is alive.
    assert alive == [True]
    assert steps == ["replica", "words", "home pages", "freeze"]
    assert (long_requests._few._at_once._value, long_requests._most._at_once._value, refresh.max_waiting) == (
        2,
        3,
        2,
    )
    assert (limited_process.one_at_a_time, sheet_reader.max_seconds) == (True, 20)
    assert query_deadline._threads == (4 if connection.vendor == "postgresql" else 0)


def test_the_server_prints_its_url(capsys):
    server = SimpleNamespace(LISTENERS=["http://127.0.0.1:8123"])
    runpy.run_path(str(SETTINGS))["when_ready"](server)
    assert capsys.readouterr().out == (
        "SCO Cities is at http://127.0.0.1:8123/ (admin: http://127.0.0.1:8123/admin/), Ctrl-C stops it\n"
    )


@pytest.mark.parametrize(("address", "warnings"), [("127.0.0.1", 0), ("192.0.2.1", 1)])
def test_a_start_warns_if_others_may_read_the_metrics(monkeypatch, address, warnings):
    warned = []
    monkeypatch.setattr(start, "on_starting", lambda server: None)
    monkeypatch.setattr(start, "metrics_address", lambda: (address, 9100))
    monkeypatch.setattr(metrics_page, "create_directory", lambda: None)
    server = SimpleNamespace(log=SimpleNamespace(info=lambda *args: None, warning=warned.append))
    hooks = runpy.run_path(str(SETTINGS))
    hooks["on_starting"](server)
    assert (hooks["bind"][1:], len(warned)) == ([f"{address}:9100"], warnings)


def test_a_request_runs_with_memory_for_the_frames_of_its_calls():
    faults = []

    def init():
        faults.append(most_page_faults())
        raise EOFError

    connection = SimpleNamespace(initialized=True, data_ready=True, sock=Mock(), client=None, init=init)
    in_new_thread(lambda: WebWorker.handle(Mock(), connection))
    assert faults == [pytest.approx(0, abs=CALLS / 2)]


def read_body(monkeypatch, parts: list[bytes], pause_s: float) -> bytes:
    """Reads a 30-byte body in a worker. The client sends one part after each pause."""
    monkeypatch.setattr(ThreadWorker, "handle_request", lambda worker, req, conn: req.body.read())
    client, server = socket.socketpair()
    client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30\r\n\r\n")
    request = next(get_parser(Config(), server, ("127.0.0.1", 50_000)))

    def send():
        for part in parts:
            time.sleep(pause_s)
            client.sendall(part)

    with client, server, ThreadPoolExecutor() as pool:
        sent = pool.submit(send)
        try:
            return WebWorker.__new__(WebWorker).handle_request(request, SimpleNamespace(sock=server))
        finally:
            sent.result()
            # The socket has no timeout while the response is written.
            assert server.gettimeout() is None


def test_a_body_is_read_in_parts(monkeypatch):
    assert read_body(monkeypatch, [b"a" * 10] * 3, pause_s=0.01) == b"a" * 30


def test_the_server_does_not_wait_for_a_client_that_occasionally_sends_a_byte(monkeypatch):
    monkeypatch.setattr(web_worker, "MAX_BODY_S", 0.1)
    with pytest.raises(TimeoutError):
        read_body(monkeypatch, [b"a"] * 5, pause_s=0.05)


@pytest.mark.parametrize("stop", ["handle_quit", "handle_exit"])
def test_a_worker_that_is_stopped_ends_after_its_requests(stop):
    wakes = []
    worker = SimpleNamespace(alive=True, method_queue=SimpleNamespace(defer=wakes.append))
    # gunicorn's handler for Ctrl-C raises SystemExit.
    getattr(WebWorker, stop)(worker, None, None)
    assert not worker.alive and len(wakes) == 1
