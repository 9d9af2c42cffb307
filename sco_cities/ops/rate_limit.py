"""Finds client addresses, and limits the frequency and concurrency of actions in each process without queries.

`accounts/login_limits.py` and the views of `correction_requests` and `subscriptions` define the numbers. A client's
address is the address that connected to the outermost trusted proxy.
"""

import ipaddress
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence

from django.conf import settings
from django.core import checks
from django.http import HttpRequest

from .setting_values import Network

log = logging.getLogger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# An IPv6 client usually controls a whole network of this size.
IPV6_NETWORK_BITS = 64
# Prefix lengths of the largest networks usually assigned to one connection or rented server. For IPv4, this is the
# smallest network that can be routed separately.
ORGANISATION_BITS = {4: 24, 6: 48}
# Matches an address with a port, which some proxies add, as in 203.0.113.7:51234 or [2001:db8::1]:443.
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]+)?|([0-9.]+):[0-9]+")
# Logged once per process, because clients must not be able to fill the log.
_is_logged = False


def client_address(request: HttpRequest) -> str | None:
    """Returns the client's IPv4 address or IPv6 network, or None if a proxy on a Unix socket sends no address."""
    client = _client(request)
    if client is None or client.version == 4:
        return None if client is None else str(client)
    return _network(client, IPV6_NETWORK_BITS)


def client_network(request: HttpRequest) -> str | None:
    """Returns the largest network that may belong to the client (/24 for IPv4, /48 for IPv6), or None if unknown."""
    client = _client(request)
    return None if client is None else _network(client, ORGANISATION_BITS[client.version])


def _network(client: Address, bits: int) -> str:
    return str(ipaddress.ip_network((client.packed, bits), strict=False).network_address)


def _client(request: HttpRequest) -> Address | None:
    """Returns the address of the client.

    Each proxy appends the address of its client to X-Forwarded-For. The header is read from the right, skipping the
    addresses in TRUSTED_PROXIES. The client may have forged the entries further left. If TRUSTED_PROXIES is empty and
    HTTPS=1 is set, the last entry is used, because a TLS proxy must have added it. Otherwise, the header is ignored.
    """
    peer = _parse(request.META.get("REMOTE_ADDR", ""))
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if settings.TRUSTED_PROXIES:
        client = _first_untrusted(peer, entries, settings.TRUSTED_PROXIES)
    else:
        client = (_parse_entry(entries[-1]) if settings.HTTPS else None) or peer
    return client


def _first_untrusted(peer: Address | None, entries: list[str], trusted: Sequence[Network]) -> Address | None:
    client = peer
    for entry in reversed(entries):
        # A Unix socket has no address. It is trusted, because only programs on this machine can connect to it.
        if client is not None and not any(client in network for network in trusted):
            return client
        address = _parse_entry(entry)
        if address is None:
            return client
        client = address
    return client


def _parse_entry(entry: str) -> Address | None:
    """Parses an address added by a trusted proxy. Returns None for a missing or invalid address."""
    global _is_logged
    address = _parse(entry)
    if address is None and entry.strip() and not _is_logged:
        _is_logged = True
        log.warning(
            "A trusted proxy has added %r to X-Forwarded-For, which is not an IP address. All clients of "
            "this proxy share one login limit and one lockout. Make the proxy add the client's address.",
            entry.strip()[:100],
        )
    return address


def _parse(text: str) -> Address | None:
    try:
        match = _WITH_PORT.fullmatch(text.strip())
        address = ipaddress.ip_address(match[1] or match[2] if match else text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@checks.register(checks.Tags.security)
def check_trusted_proxies(**kwargs) -> list[checks.Warning]:
    """Warns if the site is behind a proxy but TRUSTED_PROXIES is empty."""
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        checks.Warning(
            "HTTPS=1 is set, but TRUSTED_PROXIES is empty. Behind a second proxy or a CDN, all clients "
            "share one address, and five wrong passwords from any client lock an account for all clients.",
            hint="Set TRUSTED_PROXIES to the addresses of the proxies in front of the site, such as 127.0.0.1.",
            id="ops.W002",
        )
    ]


# Maximum number of keys per limit. A key takes about 200 bytes, and the oldest keys are dropped.
MAX_COUNTED = 20_000


class RateLimit:
    """Allows at most `limit` attempts per key in `period_s` seconds. It is thread-safe and uses bounded memory."""

    def __init__(self, limit: int, period_s: float):
        self.limit, self.period_s = limit, period_s
        self._counts: OrderedDict[int, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> int:
        """Counts an attempt. Returns 0, or the seconds to wait after too many attempts."""
        # The hash has a fixed size, even if the key is long. Python's own hashes differ between processes.
        number, now = hash(key), time.monotonic()
        with self._lock:
            begun, count = self._counts.pop(number, (now, 0))
            if now - begun >= self.period_s:
                begun, count = now, 0
            is_allowed = count < self.limit
            self._counts[number] = begun, count + is_allowed
            if len(self._counts) > MAX_COUNTED:
                self._counts.popitem(last=False)
        return 0 if is_allowed else max(1, round(begun + self.period_s - now))

    def give_back(self, key: str) -> None:
        """Removes a counted attempt."""
        number = hash(key)
        with self._lock:
            if number in self._counts:
                begun, count = self._counts[number]
                self._counts[number] = begun, max(0, count - 1)


class ClientLimit:
    """Limits a client's attempts in `period_s` seconds, per address and per network.

    A single client may control all addresses of a network. Attempts are not counted if a proxy on a Unix socket sends
    no client address, because all clients would share one limit.
    """

    def __init__(self, per_address: int, per_network: int, period_s: float):
        self.by_address, self.by_network = RateLimit(per_address, period_s), RateLimit(per_network, period_s)

    def take(self, request: HttpRequest) -> int:
        """Counts an attempt.

        Returns 0, or the seconds to wait. An attempt that the limit per address rejects is not counted.
        """
        address = client_address(request)
        if address is None:
            return 0
        return self.by_address.take(address) or self.by_network.take(client_network(request))

    def give_back(self, request: HttpRequest) -> None:
        """Removes a counted attempt."""
        if (address := client_address(request)) is not None:
            self.by_address.give_back(address)
            self.by_network.give_back(client_network(request))


class Turns:
    """Allows at most `at_once` simultaneous threads. At most `waiting` further threads wait, for a limited time."""

    def __init__(self, at_once: int, waiting: int, max_wait_s: float):
        self.max_wait_s = max_wait_s
        self._all = threading.BoundedSemaphore(at_once + waiting)
        self._at_once = threading.BoundedSemaphore(at_once)

    def take(self) -> bool:
        """Waits for a turn. Returns False if too many threads are waiting, or after `max_wait_s` seconds."""
        if not self._all.acquire(blocking=False):
            return False
        if self._at_once.acquire(timeout=self.max_wait_s):
            return True
        self._all.release()
        return False

    def give_back(self) -> None:
        """Ends a turn that was taken."""
        self._at_once.release()
        self._all.release()
