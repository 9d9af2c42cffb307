"""Asks an endpoint for chat completions (OpenAI's interface): one address, without redirects, proxies and cookies."""

import http.client
import socket
import ssl
import time
from contextlib import suppress
from threading import Timer
from urllib.parse import SplitResult, urlsplit

# Bytes of an answer.
MAX_SIZE = 200_000
_PATH = "/chat/completions"


class EndpointFailed(Exception):
    """The endpoint gave no answer: `status` is that of HTTP, TIMEOUT, TOO_LARGE or UNREACHABLE."""

    UNREACHABLE, TIMEOUT, TOO_LARGE = 0, -1, -2

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


def post(url: str, key: str, body: bytes, deadline: float) -> bytes:
    """The answer to a request; raises EndpointFailed.

    `deadline` is a time of `time.monotonic`, after which the connection is cut, however slowly the answer comes.
    """
    try:
        return _answer(urlsplit(url), key, body, deadline)
    # A host name that cannot be one is a ValueError.
    except (OSError, ValueError, http.client.HTTPException):
        is_late = time.monotonic() >= deadline
        raise EndpointFailed(EndpointFailed.TIMEOUT if is_late else EndpointFailed.UNREACHABLE) from None


def _answer(url: SplitResult, key: str, body: bytes, deadline: float) -> bytes:
    is_encrypted = url.scheme == "https"
    kind = http.client.HTTPSConnection if is_encrypted else http.client.HTTPConnection
    connection = kind(url.hostname, url.port or kind.default_port)
    timeout = max(deadline - time.monotonic(), 0.001)
    plain = socket.create_connection((connection.host, connection.port), timeout)
    with _encrypted(plain, connection.host) if is_encrypted else plain as connection.sock:
        # The timeout is for each piece of the answer, the timer for all.
        timer = Timer(deadline - time.monotonic(), _cut, [connection.sock])
        timer.start()
        try:
            if is_encrypted:
                connection.sock.do_handshake()
            headers = {"Content-Type": "application/json", "Accept": "application/json"}
            if key:
                headers["Authorization"] = f"Bearer {key}"
            connection.request("POST", url.path + _PATH, body, headers)
            response = connection.getresponse()
            if response.status != 200:
                raise EndpointFailed(response.status)
            answer = response.read(MAX_SIZE + 1)
        finally:
            timer.cancel()
            timer.join()
    if len(answer) > MAX_SIZE:
        raise EndpointFailed(EndpointFailed.TOO_LARGE)
    if time.monotonic() >= deadline:
        raise TimeoutError
    return answer


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        # The method of SSLSocket is for the thread that reads.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _encrypted(plain: socket.socket, host: str) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
