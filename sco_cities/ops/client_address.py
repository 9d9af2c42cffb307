"""The address of a client behind trusted proxies."""

import ipaddress
import logging
import re
from collections.abc import Sequence

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

log = logging.getLogger(__name__)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# A client with an IPv6 address usually controls the whole network of this size.
IPV6_NETWORK_BITS = 64
# The largest networks usually assigned to one connection or rented server. For IPv4, this is the smallest network that
# can be routed separately.
ORGANISATION_BITS = {4: 24, 6: 48}
# Some proxies add the port: 203.0.113.7:51234, [2001:db8::1]:443.
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]+)?|([0-9.]+):[0-9]+")
# Logged once per process, because clients must not be able to fill the log.
_is_logged = False


def parse_trusted_proxies(value: str) -> tuple[Network, ...]:
    """Parses TRUSTED_PROXIES, a comma-separated list of addresses and networks.

    Raises ImproperlyConfigured, with a one-line message, for anything else.
    """
    networks = []
    for word in filter(None, (word.strip() for word in value.split(","))):
        try:
            network = ipaddress.ip_network(word)
        except ValueError:
            raise ImproperlyConfigured(
                f"TRUSTED_PROXIES={value[:100]} is not valid: {word[:100]!r} is no address and no network. Name the "
                "addresses or networks of your proxies, for example TRUSTED_PROXIES=127.0.0.1,10.0.0.0/8."
            ) from None
        if network.prefixlen == 0:
            raise ImproperlyConfigured(
                f"TRUSTED_PROXIES={value[:100]} is not valid: {word} trusts everybody. Name only your own proxies."
            )
        networks.append(network)
    return tuple(networks)


def client_address(request: HttpRequest) -> str | None:
    """The client's IP address, or its network for IPv6. None for a Unix socket whose proxy sends no client address."""
    client = _client(request)
    if client is None or client.version == 4:
        return None if client is None else str(client)
    return _network(client, IPV6_NETWORK_BITS)


def client_network(request: HttpRequest) -> str | None:
    """The network whose addresses may all belong to one client, /24 for IPv4 or /48 for IPv6. None if unknown."""
    client = _client(request)
    return None if client is None else _network(client, ORGANISATION_BITS[client.version])


def _network(client: Address, bits: int) -> str:
    return str(ipaddress.ip_network((client.packed, bits), strict=False).network_address)


def _client(request: HttpRequest) -> Address | None:
    """The address of the client.

    X-Forwarded-For is read from the right, skipping the addresses in TRUSTED_PROXIES. Each proxy appends the address of
    its client. Entries further left came with the request and may be forged. If TRUSTED_PROXIES is empty, only the last
    entry counts, and only if HTTPS=1 is set, because then a TLS proxy must have added it.
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
        # A Unix socket has no address, and only programs on this machine can connect to it.
        if client is not None and not any(client in network for network in trusted):
            return client
        address = _parse_entry(entry)
        if address is None:
            return client
        client = address
    return client


def _parse_entry(entry: str) -> Address | None:
    """The address added by a trusted proxy. None if it is missing or invalid."""
    global _is_logged
    address = _parse(entry)
    if address is None and entry.strip() and not _is_logged:
        _is_logged = True
        log.warning(
            "A trusted proxy has added %r to X-Forwarded-For, which is no address: its clients share one budget of "
            "logins and one lockout. Make it add the address of the client.",
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
            "HTTPS=1 is set, but TRUSTED_PROXIES names no proxy: behind a second proxy or a CDN all clients share one "
            "address, and five wrong passwords from anywhere lock an account for everybody.",
            hint="Set TRUSTED_PROXIES to the addresses of the proxies in front of the site, such as 127.0.0.1.",
            id="ops.W002",
        )
    ]
