"""Checks report URLs with low-level HTTP, to prevent access to private networks (SSRF).

Curators enter the URLs, and the server may have access to hosts that curators cannot reach. Therefore every request,
even after a redirect, must use a public address. The host is resolved once, all its IP addresses are checked, and the
connection uses a checked address.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.db.models import F, Q

from .models import AddressCheck, Report

# Timeout for each response of the host, and deadline for a complete check including redirects, in seconds.
TIMEOUT_S = 10
DEADLINE_S = 30
# Deadline for requesting a copy, in seconds. An archive fetches the page before it responds.
COPY_DEADLINE_S = 120
MAX_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
# HTTP statuses of missing pages. Other statuses, such as 403 and 503, may be temporary or depend on the client.
GONE = {404, 410}
LATE = "no answer in time"
HEADERS = {
    "User-Agent": "sco-cities (checks links of reports and asks an archive for copies)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True)
class LinkStatus:
    """The result of a check. `text` is the HTTP status, or the error if there was no response.

    `has_failed` is true if there was no response, for a reason that may be temporary or depend on the client.
    """

    text: str
    is_dead: bool
    has_failed: bool = False


class _InvalidAddress(Exception):
    """The URL is invalid or not allowed. The message gives the reason."""


class _UnreachableHost(Exception):
    """The host did not respond. The message gives the reason."""


# The only globally routed IPv6 addresses. Python also treats other IPv6 addresses as global, such as addresses that
# contain an IPv4 address (even for NAT64) and former site-local addresses.
_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
# Addresses for protocols, relays (6to4, Teredo) and documentation. Python treats some of them as global.
_NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
]


def is_public(address: str) -> bool:
    """Returns True if an IP address is on the public internet, not on this machine or its network."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.version == 6 and ip not in _GLOBAL_IPV6:
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _NOT_PUBLIC)


def is_http_status(text: str) -> bool:
    """Returns True if a check's result is an HTTP status, which means that a server responded."""
    return text.isdecimal()


def check_link(address: str, is_allowed: Callable[[str], bool] = is_public) -> LinkStatus:
    """Checks the URL `address` with HEAD, and with GET if HEAD fails. `is_allowed` accepts or rejects IP addresses."""
    # GET is tried after HEAD, because some servers reject HEAD or handle it incorrectly.
    status, _address, _location = _result(("HEAD", "GET"), address, is_allowed, DEADLINE_S, TIMEOUT_S)
    return status


def request_copy(address: str, is_allowed: Callable[[str], bool] = is_public) -> tuple[LinkStatus, str]:
    """Requests an archived copy with GET from the URL `address`. Returns the status and the copy's URL (or "").

    Archives redirect to the copy or return its URL in the header `Content-Location`. Copies have the header
    `Memento-Datetime` (RFC 7089). Other pages of an archive, such as the login page, do not have this header.
    """
    limits = COPY_DEADLINE_S, COPY_DEADLINE_S
    status, final_address, location = _result(("GET",), address, is_allowed, *limits)
    copy = ""
    if status.text.startswith("2") and location:
        with suppress(ValueError):
            copy = urljoin(final_address, location)
    is_another_page = copy and urlsplit(copy).path != urlsplit(address).path
    return status, copy if is_another_page else ""


def _result(
    methods: Sequence[str], address: str, is_allowed: Callable[[str], bool], deadline_s: float, wait_s: float
) -> tuple[LinkStatus, str, str]:
    """Returns the result of a request, the URL after redirects, and the URL in the response's headers.

    Without a response, both URLs are "".
    """
    try:
        status, *place = _final_response(methods, address, is_allowed, time.monotonic() + deadline_s, wait_s)
    except _InvalidAddress as error:
        return LinkStatus(str(error)[:200], is_dead=True), "", ""
    except _UnreachableHost as error:
        return LinkStatus(str(error)[:200], is_dead=False, has_failed=True), "", ""
    return LinkStatus(str(status), is_dead=status in GONE), *place


def _final_response(
    methods: Sequence[str], address: str, is_allowed: Callable[[str], bool], ends_at: float, wait_s: float
) -> tuple[int, str, str]:
    for _redirect in range(MAX_REDIRECTS + 1):
        for method in methods:
            status, location = _request(method, address, is_allowed, ends_at, wait_s)
            if status < 400:
                break
        if status not in REDIRECTS or not location:
            return status, address, location
        address = _redirect_target(address, location)
    raise _InvalidAddress(f"more than {MAX_REDIRECTS} redirects")


def _redirect_target(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise _InvalidAddress("not an address") from None


def _request(
    method: str, address: str, is_allowed: Callable[[str], bool], ends_at: float, wait_s: float
) -> tuple[int, str]:
    """Returns the status of a response and the URL in its headers. The body is not read.

    The URL is the Location of a redirect, the Content-Location, or the requested URL itself if it is an archived copy.
    """
    parts = _split_address(address)
    connection = _Connection(parts, _resolve(parts, is_allowed, ends_at), min(wait_s, _remaining(ends_at)))
    # A timer is necessary because a host that slowly sends single bytes never exceeds the socket's timeout.
    deadline = threading.Timer(_remaining(ends_at), connection.abort)
    deadline.start()
    try:
        connection.request(method, _request_target(parts), headers=HEADERS)
        response = connection.getresponse()
        header = "Location" if response.status in REDIRECTS else "Content-Location"
        own = address if response.getheader("Memento-Datetime") else ""
        return response.status, _decoded(response.getheader(header, "")) or own
    except (OSError, http.client.HTTPException, ValueError) as error:
        if connection.is_aborted or isinstance(error, TimeoutError):
            raise _UnreachableHost(LATE) from None
        if isinstance(error, ssl.SSLError):
            raise _UnreachableHost(f"no secure connection: {error.reason}") from None
        raise _UnreachableHost(f"no answer: {error or type(error).__name__}") from None
    finally:
        deadline.cancel()
        connection.close()


def _decoded(header: str) -> str:
    """Decodes a header as UTF-8, which many servers use for non-ASCII URLs. http.client decodes headers as Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _remaining(ends_at: float) -> float:
    """Returns the number of seconds until the deadline of a check."""
    seconds = ends_at - time.monotonic()
    if seconds <= 0:
        raise _UnreachableHost(LATE)
    return seconds


def _split_address(address: str) -> SplitResult:
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


def _resolve(parts: SplitResult, is_allowed: Callable[[str], bool], ends_at: float) -> tuple[str, int]:
    """Returns the IP address and port of the host."""
    port = parts.port or PORTS[parts.scheme]
    results: list | None = None

    def look_up() -> None:
        nonlocal results
        try:
            results = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            results = []

    # A thread is necessary because the system resolver has a timeout per attempt but no overall timeout.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(_remaining(ends_at))
    if results is None:
        raise _UnreachableHost(LATE)
    if not results:
        raise _UnreachableHost("there is no such host")
    addresses = [sockaddr[:2] for *_kind, sockaddr in results]
    if not all(is_allowed(ip) for ip, _port in addresses):
        raise _UnreachableHost("not a public address")
    return addresses[0]


def _request_target(parts: SplitResult) -> str:
    """Returns the path and query string of a URL in ASCII."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return f"{path}?{query}" if query else path


class _Connection(http.client.HTTPConnection):
    """A connection to a resolved IP address that uses the host name for TLS and the Host header."""

    def __init__(self, parts: SplitResult, address: tuple[str, int], seconds: float):
        host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
        self.default_port = PORTS[parts.scheme]
        super().__init__(host, parts.port or self.default_port, timeout=seconds)
        self.is_aborted = False
        self._is_secure = parts.scheme == "https"
        self._address = address

    def connect(self):
        self.sock = socket.create_connection(self._address, self.timeout)
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def abort(self) -> None:
        """Closes the connection from another thread, to end a blocked read or write."""
        self.is_aborted = True
        if self.sock is not None:
            with suppress(OSError):
                # The `shutdown` method of a TLS socket would wait for the blocked thread.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def has_current_check(report: str = "") -> Q:
    """Returns a condition that a report's current URL has been checked. `report` is a path such as `passage__report__`.

    Checks from the previous release have no URL and apply to any URL.
    """
    checked = f"{report}address_check__address"
    return Q(**{checked: F(f"{report}address")}) | Q(**{checked: ""})


def has_dead_link(report: str = "") -> Q:
    """Returns a condition that the last check found a dead link for the report at the path `report`."""
    return Q(**{f"{report}address_check__is_dead": True}) & has_current_check(report)


def copy_of_dead_page(report: Report) -> AddressCheck | None:
    """Returns the report's check if its page is dead but archived, or None. The check must be prefetched."""
    check = Report._meta.get_field("address_check").get_cached_value(report, None)
    is_current = check is not None and check.address == report.address
    return check if is_current and check.is_dead and check.archive_address else None
