"""The load tool sends its requests on time, and its table marks a missed target."""

from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from threading import Thread
from time import sleep

import pytest

from scripts.load import mix
from scripts.load.__main__ import Processes, percentile, table
from scripts.load.mix import Sample

pytestmark = pytest.mark.only_on("sqlite")

QUERIES = mix.export_candidates()
CALM = Processes(start=200, minute=300, end=310, processor_s=4, ended=0)


@pytest.fixture
def slow_server():
    """The port of a server. Its path /slow takes a quarter of a second, and /away disconnects without a response."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if self.path == "/away":
                self.close_connection = True
                return
            if self.path == "/slow":
                sleep(0.25)
            self.send_response(503 if self.path == "/busy" else 200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_of_100_requests_60_are_for_popular_pages_and_the_rest_are_for_new_pages():
    requests = list(islice(mix.requests(QUERIES), 10_000))
    kinds = Counter(kind for kind, _path in requests)
    assert [kinds[kind] / 100 for kind in mix.SHARES] == pytest.approx([60, 38, 2], abs=1)
    once = [path for kind, path in requests if kind != mix.REPEATED]
    assert len(once) == len(set(once))
    assert requests == list(islice(mix.requests(QUERIES), 10_000))


def test_requests_are_sent_on_time_while_answers_are_slow(slow_server):
    paths = [("page", "/slow"), ("page", "/quick")] * 20
    samples = mix.run(slow_server, iter(paths), rate=40, seconds=1)
    assert len(samples) == 40
    assert {sample.status for sample in samples} == {200}
    assert all(sample.seconds >= 0.25 for sample in samples if sample.path == "/slow")
    # If the twenty slow requests were sent one after the other, they would take five seconds.
    assert percentile([sample.late for sample in samples], 0.5) < 0.2


def test_an_answer_counts_from_when_its_request_was_due(slow_server, monkeypatch):
    monkeypatch.setattr(mix, "THREADS", 1)
    samples = mix.run(slow_server, iter([("page", "/slow")] * 4), rate=1000, seconds=0.004)
    assert [sample.seconds >= 0.25 * number for number, sample in enumerate(samples, 1)] == [True] * 4
    assert samples[-1].late >= 0.7


def test_missing_and_error_responses_are_recorded_with_their_status(slow_server):
    paths = [("page", "/away"), ("page", "/busy"), ("page", "/")]
    samples = mix.run(slow_server, iter(paths), rate=100, seconds=0.03)
    assert {sample.path: sample.status for sample in samples} == {"/away": 0, "/busy": 503, "/": 200}


def samples(*slow: float, status: int = 200) -> list[Sample]:
    quick = [Sample(mix.REPEATED, "/", 200, 0.005, 0.0)] * (100 - len(slow))
    return quick + [Sample(mix.EXPORT, "/initiatives.csv", status, seconds, 0.0) for seconds in slow]


@pytest.mark.parametrize(
    "measured, web, broken",
    [
        (samples(0.9), CALM, []),
        (samples(0.9, 0.9), CALM, ["99 of 100"]),
        (samples(0.3, 0.3), CALM, ["99 of 100"]),
        (samples(0.1, status=503), CALM, ["errors"]),
        (samples(0.1, status=0), CALM, ["errors"]),
        (samples(), replace(CALM, end=329), []),
        (samples(), replace(CALM, end=331), ["memory"]),
        (samples(), replace(CALM, ended=1), ["web processes"]),
    ],
)
def test_a_missed_target_is_reported(measured, web, broken):
    text, is_kept = table(measured, web)
    lines = [line.removeprefix("BROKEN").strip() for line in text.splitlines() if line.startswith("BROKEN")]
    assert len(lines) == len(broken)
    assert all(line.startswith(name) for line, name in zip(lines, broken, strict=True))
    assert is_kept is not bool(broken)


def test_the_table_reports_if_the_tool_itself_was_late():
    assert "sent late" not in table(samples(), CALM)[0]
    late = [sample._replace(late=0.05) for sample in samples()]
    assert "sent late" in table(late, CALM)[0]


@pytest.mark.parametrize(
    ("minute", "lines"),
    [
        (
            300,
            [
                "300 MB after a minute (+50.0%), 310 MB at the end.",
                "kept    memory after the first minute: +3.3%",
            ],
        ),
        (None, ["at the start, 310 MB at the end.", "-       memory after the first minute: not measured"]),
    ],
)
def test_a_short_run_reports_that_memory_was_not_measured(minute, lines):
    samples = [Sample("repeated", "/", 200, 0.01, 0)]
    text, is_kept = table(samples, replace(CALM, minute=minute))
    assert is_kept
    assert all(line in text for line in lines)
