"""A language model on this machine that returns the answers set by a test, including invalid answers."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LyingModel:
    """Returns each of `answers` in turn, then repeats the last answer. Stores the requests.

    An answer is a status with a body, or a function that gets the handler.
    """

    def __init__(self, answers: list[tuple[int, bytes] | Callable]):
        self.answers, self.requests, self.paths, self.keys = answers, [], [], []
        self.url = ""


def completion(content: object, *, fenced: bool = False) -> tuple[int, bytes]:
    """The response of an endpoint whose model writes this text or this JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    text = f"Here it is:\n```json\n{text}\n```\n" if fenced else text
    return 200, json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def items(*rows: tuple) -> dict:
    """Items with kind, field, value, passage and quote."""
    names = ("kind", "field", "value", "passage", "quote")
    return {"items": [dict(zip(names, row, strict=True)) for row in rows]}


def silence(handler: BaseHTTPRequestHandler) -> None:
    """Sends no data until the client closes the connection."""
    handler.connection.settimeout(20)
    handler.connection.recv(1)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Sends a character of the body at intervals. The wait before each character is shorter than the timeout."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    _repeat(handler, b" ")


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    """Sends a header at intervals."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _repeat(handler, b"X-Wait: 1\r\n")


def _repeat(handler: BaseHTTPRequestHandler, text: bytes) -> None:
    for _second in range(50):
        handler.wfile.write(text)
        time.sleep(0.1)


def flood(handler: BaseHTTPRequestHandler) -> None:
    """Sends ten megabytes."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 10_000_000)


@contextmanager
def lying_model(*answers: tuple[int, bytes] | Callable) -> Iterator[LyingModel]:
    """Runs a model with these answers."""
    model = LyingModel([*answers])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            model.paths.append(self.path)
            model.keys.append(self.headers["Authorization"])
            model.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = model.answers.pop(0) if len(model.answers) > 1 else model.answers[0]
            if callable(answer):
                self.close_connection = True
                # The client closes the connection before the end.
                with suppress(OSError):
                    answer(self)
                return
            status, body = answer
            self.send_response(status)
            self.send_header("Location", f"{model.url}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_arguments):
            pass

    class Server(ThreadingHTTPServer):
        # Closing the server waits for its threads.
        daemon_threads = False

    with Server(("127.0.0.1", 0), Handler) as server:
        model.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield model
        finally:
            server.shutdown()
            thread.join()
