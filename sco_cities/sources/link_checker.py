"""Looking up whether the addresses of reports still answer: HTTP by hand, so that it reaches nothing but the web.

Addresses come from people, and the machine that looks them up may see more than they do. So each step, redirects
included, is to a public address: the name is resolved once, all that it resolves to is checked, and the connection
goes to just that.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

TIMEOUT_S = 10
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
# Nothing is there. Other errors, such as 403 and 503, are about who asks, or about now.
GONE = {404, 410}
HEADERS = {
    "User-Agent": "sco-cities-check-addresses (does this page still exist?)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True)
class LinkStatus:
    """What an address answered, in words, and whether nobody can read the report there any more.

    Where it `has_failed` there was no answer at all, which may be about the moment, or about whoever asked.
    """

    text: str
    is_dead: bool
    has_failed: bool = False


class _InvalidAddress(Exception):
    """Why there is nothing to be had at an address, whoever asks and whenever."""


class _Unreachable(Exception):
    """Why an address gives no answer."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet, and not of this machine or its network."""
    found = ipaddress.ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


def is_status(text: str) -> bool:
    """Whether the text of an answer is an HTTP status: then somebody is there."""
    return text.isdecimal()


def check_link(address: str, allows: Callable[[str], bool] = is_public) -> LinkStatus:
    """What `address` answers; it is asked for the head of the page, and for the page where that fails."""
    try:
        status = _status_of(address, allows)
    except _InvalidAddress as why:
        return LinkStatus(str(why)[:200], is_dead=True)
    except _Unreachable as why:
        return LinkStatus(str(why)[:200], is_dead=False, has_failed=True)
    return LinkStatus(str(status), is_dead=status in GONE)


def _status_of(address: str, allows: Callable[[str], bool]) -> int:
    for _step in range(MOST_REDIRECTS + 1):
        status, location = _request("HEAD", address, allows)
        if status >= 400:  # some servers refuse HEAD, or answer it wrongly
            status, location = _request("GET", address, allows)
        if status not in REDIRECTS or not location:
            return status
        address = _joined(address, location)
    raise _InvalidAddress(f"more than {MOST_REDIRECTS} redirects")


def _joined(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise _InvalidAddress("not an address") from None


def _request(method: str, address: str, allows: Callable[[str], bool]) -> tuple[int, str]:
    """The status and the Location of one answer, of which nothing more is read."""
    parts = _parts(address)
    connection = _Connection(parts, _resolved(parts, allows))
    try:
        connection.request(method, _target(parts), headers=HEADERS)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location", "")
    except TimeoutError:
        raise _Unreachable("no answer in time") from None
    except ssl.SSLError as error:
        raise _Unreachable(f"no secure connection: {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _Unreachable(f"no answer: {error or type(error).__name__}") from None
    finally:
        connection.close()


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _InvalidAddress("not an address") from None
    if parts.scheme not in PORTS:
        raise _InvalidAddress("neither http nor https")
    if not parts.hostname or port == 0:
        raise _InvalidAddress("not an address")
    return parts


def _resolved(parts: SplitResult, allows: Callable[[str], bool]) -> tuple[str, int]:
    """Where the host is: an IP address and a port."""
    port = parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _Unreachable("there is no such host") from None
    places = [place[:2] for *_kind, place in found]
    if not all(allows(host) for host, _port in places):
        raise _Unreachable("not a public address")
    return places[0]


def _target(parts: SplitResult) -> str:
    """The path and the query, in ASCII."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return f"{path}?{query}" if query else path


class _Connection(http.client.HTTPConnection):
    """A connection to a place that was resolved before, under the name of the host."""

    def __init__(self, parts: SplitResult, place: tuple[str, int]):
        host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
        self.default_port = PORTS[parts.scheme]
        super().__init__(host, parts.port or self.default_port, timeout=TIMEOUT_S)
        self._is_secure = parts.scheme == "https"
        self._place = place

    def connect(self):
        self.sock = socket.create_connection(self._place, self.timeout)
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
