"""Web addresses as they are compared: without what leads to the same page in any case."""

from urllib.parse import parse_qsl, urlencode, urlsplit

# Parameters that say where a reader came from.
_OF_THE_WAY = ("utm_", "fbclid", "gclid", "yclid", "_openstat")


def same_page(address: str) -> str:
    """What is the same for all addresses of a page: no scheme, no www., no #fragment, the query in order."""
    address = address.strip()
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return address
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    asked = sorted(
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(_OF_THE_WAY)
    )
    path = parts.path.rstrip("/")
    return f"{host}{path}?{urlencode(asked)}" if asked else f"{host}{path}"
