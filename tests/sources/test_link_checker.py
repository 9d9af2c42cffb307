"""The link checker with a local test server. The checker never accesses private networks."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote_to_bytes

import pytest

from sco_cities.sources import link_checker
from sco_cities.sources.link_checker import LinkStatus, check_link, is_public

# Requests do not depend on the engine.
pytestmark = pytest.mark.only_on("sqlite")


class Handler(BaseHTTPRequestHandler):
    """Responds to /200 with 200, and to /no-head by method. Redirects /to/TARGET to TARGET."""

    def answer(self):
        self.server.requests.append((self.command, self.path))
        path = self.path.partition("?")[0]
        if path.startswith("/to/"):
            self.send_response(302)
            # The bytes are sent unchanged, because the server encodes headers as Latin-1.
            self.send_header("Location", unquote_to_bytes(self.path.removeprefix("/to/")).decode("latin-1"))
        elif path.startswith("/circle"):
            self.send_response(301)
            self.send_header("Location", "/circle")
        elif path == "/no-head":
            self.send_response(200 if self.command == "GET" else 405)
        elif path == "/silence":
            self.server.stop_waiting.wait(5)
            return
        elif path == "/drip":
            while not self.server.stop_waiting.wait(0.02):
                self.wfile.write(b"x")
            return
        else:
            number = path.strip("/")
            self.send_response(int(number) if number.isdecimal() else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET = answer

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def server():
    """A local web server. `address` is its URL, and `requests` contains the received requests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.requests, server.stop_waiting = [], threading.Event()
    server.address = f"http://127.0.0.1:{server.server_port}"
    # The poll interval determines how long a test waits for the server to stop.
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.stop_waiting.set()
    server.shutdown()
    server.server_close()
    thread.join()


def allow_all(_address: str) -> bool:
    """Accepts any address, including the address of the test server."""
    return True


RESPONSES = [
    ("/200", "200", False, ["HEAD"]),
    ("", "200", False, ["HEAD"]),
    ("/404", "404", True, ["HEAD", "GET"]),
    ("/410", "410", True, ["HEAD", "GET"]),
    ("/403", "403", False, ["HEAD", "GET"]),
    ("/429", "429", False, ["HEAD", "GET"]),
    ("/503", "503", False, ["HEAD", "GET"]),
    ("/no-head", "200", False, ["HEAD", "GET"]),
    ("/to//404", "404", True, ["HEAD", "HEAD", "GET"]),
    ("/to//200", "200", False, ["HEAD", "HEAD"]),
    ("/to/ftp://gazette.example/", "neither http nor https", True, ["HEAD"]),
    ("/to/file:///etc/passwd", "neither http nor https", True, ["HEAD"]),
    ("/to/http://[::1/", "not an address", True, ["HEAD"]),
    ("/circle", "more than 5 redirects", True, ["HEAD"] * 6),
    ("/газета?слово=лампа и столб", "200", False, ["HEAD"]),
]


@pytest.mark.parametrize(("path", "text", "is_dead", "methods"), RESPONSES)
def test_a_link_is_checked_with_head_and_then_with_get(path, text, is_dead, methods, server):
    assert check_link(server.address + path, allow_all) == LinkStatus(text, is_dead)
    assert [method for method, _path in server.requests] == methods


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_redirect_to_an_unencoded_url_opens_the_page(encoding, server):
    path = {"utf-8": "/новости/хроника/新闻?слово=лампа", "latin-1": "/café"}[encoding]
    redirect = f"/to/{quote(path.encode(encoding))}"
    assert check_link(server.address + redirect, allow_all) == LinkStatus("200", is_dead=False)
    assert server.requests == [("HEAD", redirect), ("HEAD", quote(path, safe="/?="))]


INVALID_URLS = [
    ("ftp://gazette.example/", "neither http nor https"),
    ("javascript:alert(1)", "neither http nor https"),
    ("/reports/", "neither http nor https"),
    ("http://", "not an address"),
    ("http://[::1/", "not an address"),
    ("http://gazette.example:99999/", "not an address"),
]


@pytest.mark.parametrize(("address", "text"), INVALID_URLS)
def test_an_invalid_url_is_dead_with_a_reason(address, text):
    assert check_link(address, allow_all) == LinkStatus(text, is_dead=True)


def failed(text):
    return LinkStatus(text, is_dead=False, has_failed=True)


@pytest.mark.parametrize("address", ["http://gazette.invalid/", f"http://{'x' * 70}.example/"])
def test_an_unknown_host_is_not_dead_yet(address):
    assert check_link(address, allow_all) == failed("there is no such host")


def test_a_server_without_a_response_is_not_dead_yet(server, monkeypatch):
    monkeypatch.setattr(link_checker, "TIMEOUT_S", 0.3)
    assert check_link(f"{server.address}/silence", allow_all) == failed("no answer in time")
    for address, beginning in (
        (server.address.replace("http:", "https:"), "no "), ("http://127.0.0.1:1/", "no answer: "),
    ):  # fmt: skip
        answer = check_link(address, allow_all)
        assert answer.text.startswith(beginning)
        assert answer == failed(answer.text)


def test_a_server_that_never_finishes_its_response_is_given_up(server, monkeypatch):
    monkeypatch.setattr(link_checker, "DEADLINE_S", 0.3)
    started = time.monotonic()
    assert check_link(f"{server.address}/drip", allow_all) == failed("no answer in time")
    assert check_link(f"{server.address.replace('http:', 'https:')}/drip", allow_all).has_failed
    assert time.monotonic() - started < 3


def test_a_resolver_that_does_not_answer_is_abandoned(monkeypatch):
    waiting = threading.Event()
    monkeypatch.setattr(link_checker, "DEADLINE_S", 0.1)
    monkeypatch.setattr(link_checker.socket, "getaddrinfo", lambda *_arguments, **_options: waiting.wait(5))
    before = set(threading.enumerate())
    assert check_link("http://gazette.example/", allow_all) == failed("no answer in time")
    # The thread is a daemon, so the process can exit without waiting for it.
    assert [thread.daemon for thread in set(threading.enumerate()) - before] == [True]
    waiting.set()


IP_ADDRESSES = [
    ("93.184.215.14", True),
    ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
    ("127.0.0.1", False),
    ("10.1.2.3", False),
    ("172.16.0.1", False),
    ("192.168.1.1", False),
    ("169.254.169.254", False),
    ("100.64.0.1", False),
    ("0.0.0.0", False),  # noqa: S104
    ("224.0.0.1", False),
    ("::1", False),
    ("fe80::1", False),
    ("fd00::1", False),
    ("::ffff:127.0.0.1", False),
    ("::ffff:10.0.0.1", False),
    ("::ffff:93.184.215.14", True),
    ("::127.0.0.1", False),
    ("::93.184.215.14", False),
    ("::ffff:0:7f00:1", False),
    ("64:ff9b::7f00:1", False),
    ("64:ff9b::a9fe:a9fe", False),
    ("64:ff9b:1::1", False),
    ("192.88.99.1", False),
    ("192.0.0.9", False),
    ("2001:20::1", False),
    ("2002:7f00:1::", False),
    ("3fff::1", False),
    ("5f00::1", False),
    ("fec0::1", False),
    ("ff0e::1", False),
    ("233.252.0.1", False),
    ("240.0.0.1", False),
]


@pytest.mark.parametrize(("address", "expected"), IP_ADDRESSES)
def test_only_internet_addresses_are_public(address, expected):
    assert is_public(address) == expected


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_nothing_on_the_local_network_is_requested(host, server):
    answer = check_link(f"http://{host}:{server.server_port}/200")
    assert answer.has_failed
    assert answer.text in {"not a public address", "there is no such host"}
    assert server.requests == []


def test_a_redirect_into_the_local_network_is_not_followed(server):
    # The first address is allowed. The address of the redirect target is checked separately.
    results = iter([True, False])
    answer = check_link(f"{server.address}/to/{server.address}/200", lambda _address: next(results))
    assert answer == failed("not a public address")
    assert [path for _method, path in server.requests] == [f"/to/{server.address}/200"]
