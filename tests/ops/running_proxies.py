"""Starts the proxies with their files in deploy/, in front of a simulated site."""

import gzip
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts.ports import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
HOST = "cities.example.org"
START_TIMEOUT_S = 30
# The values in compose.yaml for Caddy 2.7 and later.
NEWER_BUFFERS = "request_buffers 2MB\nresponse_buffers 4MB"


def installed(name: str) -> str:
    """Returns the path of a program. Skips the test if the program is not installed."""
    return shutil.which(name) or pytest.skip(f"{name} is not installed")


def caddy_version(program: str) -> tuple[int, int]:
    """Returns the major and minor version of a Caddy program."""
    output = subprocess.run(
        [program, "version"], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    major, minor = re.search(r"(\d+)\.(\d+)", output).groups()
    return int(major), int(minor)


def installed_caddy(*, is_newer: bool) -> str:
    """Returns Caddy 2.7 or later, or an older Caddy.

    Skips the test if this version is not installed.
    """
    directories = [*os.environ["PATH"].split(os.pathsep), str(Path(sys.executable).parent)]
    for directory in dict.fromkeys(directories):
        program = shutil.which("caddy", path=directory)
        if program and (caddy_version(program) >= (2, 7)) == is_newer:
            return program
    pytest.skip(f"no Caddy {'2.7 or later' if is_newer else 'before 2.7'} is installed")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Ignores errors, because a proxy may close a connection."""


class Site:
    """A simulated site with two instances that records the received requests."""

    def __init__(self):
        self.requests: list[str] = []
        # The site responds to paths that contain "slow" when this event is set.
        self.may_answer = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if self.path not in ("/healthz", "/readyz"):
                    site.requests.append(self.path)
                if "slow" in self.path:
                    site.may_answer.wait(START_TIMEOUT_S)
                body, accepted = b"page", self.headers.get("Accept-Encoding", "")
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Cache-Control", "public, max-age=0, must-revalidate")
                self.send_header("Vary", "Accept-Encoding")
                if "gzip" in accepted:
                    body = gzip.compress(body)
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                if "chunked" in self.headers.get("Transfer-Encoding", ""):
                    while size := int(self.rfile.readline(), 16):
                        self.rfile.read(size + 2)
                self.do_GET()

            def log_message(self, format, *arguments):
                pass

        self.servers = [_Server(("127.0.0.1", 0), Handler) for _instance in range(2)]
        self.ports = [server.server_address[1] for server in self.servers]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Stops both instances."""
        self.may_answer.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()


class Proxy:
    """A running proxy."""

    def __init__(self, port: int, *, has_tls: bool):
        self.port, self.has_tls = port, has_tls

    @contextmanager
    def connection(self, source: str = "127.0.0.1") -> Iterator[http.client.HTTPConnection]:
        """Opens a connection to the proxy from an IP address of this machine."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_TIMEOUT_S)
        connection.sock = socket.create_connection(
            ("127.0.0.1", self.port), START_TIMEOUT_S, source_address=(source, 0)
        )
        if self.has_tls:
            context = ssl._create_unverified_context()  # noqa: S323 - the certificate of the test
            connection.sock = context.wrap_socket(connection.sock, server_hostname=HOST)
        try:
            yield connection
        finally:
            connection.close()

    def ask(
        self, path: str, method: str = "GET", body=None, *, source: str = "127.0.0.1", **headers: str
    ) -> http.client.HTTPResponse:
        """Returns the response to a request. The attribute `content` contains the body."""
        headers = {"Host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
        with self.connection(source) as connection:
            connection.request(method, path, body, headers, encode_chunked=True)
            response = connection.getresponse()
            response.content = response.read()
        return response


@contextmanager
def _running(command: list, port: int, **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    process.kill()
                    pytest.fail(process.communicate()[0])
                time.sleep(0.02)
        yield
    finally:
        process.terminate()
        try:
            process.communicate(timeout=START_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def nginx(site: Site, directory: Path, certificate: Path) -> Iterator[Proxy]:
    program, plain, port = installed("nginx"), free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text().replace("/var/cache/", f"{directory}/")
    text = re.sub(r"(ssl_certificate(?:_key)?) \S+;", rf"\1 {certificate};", text)
    text = re.sub(r"^    listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    for number, each in enumerate(site.ports, 8001):
        text = text.replace(f"127.0.0.1:{number}", f"127.0.0.1:{each}")
    path = directory / "nginx.conf"
    user = "user root;" if os.getuid() == 0 else ""
    temporary = "".join(
        f"{name}_temp_path {directory}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path.write_text(
        f"{user} daemon off; pid {directory}/pid; error_log stderr; events {{}} "
        f"http {{ access_log off; {temporary} {text} }}"
    )
    with _running([program, "-e", "stderr", "-c", path], port):
        yield Proxy(port, has_tls=True)


@contextmanager
def haproxy(site: Site, directory: Path, certificate: Path) -> Iterator[Proxy]:
    program, plain, port = installed("haproxy"), free_port(), free_port()
    text = (DEPLOY / "haproxy.cfg").read_text().replace("/etc/haproxy/sco-cities.pem", str(certificate))
    text = re.sub(r"^    (?:user|group) haproxy\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^    server b\d .*\n", "", text, flags=re.MULTILINE)
    text = text.replace("bind :80\n", f"bind 127.0.0.1:{plain}\n").replace(
        "bind :443", f"bind 127.0.0.1:{port}"
    )
    for number, each in enumerate(site.ports, 8001):
        text = text.replace(f"10.0.0.1:{number}", f"127.0.0.1:{each}")
    path = directory / "haproxy.cfg"
    path.write_text(text)
    with _running([program, "-db", "-f", path], port):
        yield Proxy(port, has_tls=True)


@contextmanager
def caddy(site: Site, directory: Path, *, is_newer: bool) -> Iterator[Proxy]:
    program, port = installed_caddy(is_newer=is_newer), free_port()
    text = (DEPLOY / "Caddyfile").read_text()
    path = directory / "Caddyfile"
    path.write_text(text.replace("admin off", f"admin off\n\thttp_port {port}\n\thttps_port {free_port()}"))
    environment = {
        "SITE_HOST": f"http://{HOST}",
        "UPSTREAMS": " ".join(f"127.0.0.1:{each}" for each in site.ports),
        "XDG_DATA_HOME": str(directory),
        "XDG_CONFIG_HOME": str(directory),
    }
    if is_newer:
        environment["BUFFERS"] = NEWER_BUFFERS
    with _running([program, "run", "--config", path, "--adapter", "caddyfile"], port, **environment):
        yield Proxy(port, has_tls=False)
