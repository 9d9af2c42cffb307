"""Containers and systemd units send a readiness request to the web server."""

import http.server
import threading

import pytest

from tests.ops.processes import python

pytestmark = pytest.mark.only_on("sqlite")


class Answers(http.server.BaseHTTPRequestHandler):
    """A server that is not ready when the first request arrives."""

    asked = 0

    def do_GET(self):
        type(self).asked += 1
        is_ready = self.path == "/readyz" and self.asked > 1
        self.send_response(200 if is_ready else 503)
        self.end_headers()
        self.wfile.write(b"ok\n" if is_ready else b"The database does not respond.\n")

    def log_message(self, *arguments):
        pass


@pytest.fixture
def port():
    Answers.asked = 0
    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_port)
        server.shutdown()


def probe(*arguments: str, **environment: str):
    return python("-m", "sco_cities.ops.probe", *arguments, **{"ENV_FILE": ""} | environment)


def test_the_probe_waits_until_the_server_is_ready(port):
    done = probe("/readyz", "--wait", "20", PORT=port, BIND="0.0.0.0")  # noqa: S104
    assert (done.returncode, done.stderr, Answers.asked) == (0, "", 2)


def test_the_probe_fails_with_the_response_of_the_server(port):
    done = probe("/healthz", PORT=port)
    assert (done.returncode, done.stderr) == (1, "/healthz: status 503: The database does not respond.\n")


def test_the_probe_requests_the_address_in_the_environment_file(port, tmp_path):
    file = tmp_path / "env"
    file.write_text("BIND=127.0.0.2\n")
    file.chmod(0o600)
    done = probe("/healthz", PORT=port, ENV_FILE=str(file))
    assert done.returncode == 1
    assert done.stderr.startswith("/healthz: no answer: ")
