"""The normal form of the URLs of a web page."""

from urllib.parse import parse_qsl, urlencode, urlsplit

# Parameters that record a visitor's origin.
_TRACKING_PARAMETERS = ("utm_", "fbclid", "gclid", "yclid", "_openstat")


def normalized_url(url: str) -> str:
    """One form for all URLs of a page, without scheme, www., #fragment and tracking, and with a sorted query."""
    url = url.strip()
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    query = sorted(
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if not pair[0].startswith(_TRACKING_PARAMETERS)
    )
    path = parts.path.rstrip("/")
    return f"{host}{path}?{urlencode(query)}" if query else f"{host}{path}"
