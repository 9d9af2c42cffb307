"""Normalisation of URLs, so that all URLs of a web page compare as equal."""

from urllib.parse import parse_qsl, urlencode, urlsplit

# Query parameters that record where a visitor came from.
_TRACKING_PARAMETERS = ("utm_", "fbclid", "gclid", "yclid", "_openstat")


def normalized_url(url: str) -> str:
    """Removes scheme, www., fragment and tracking parameters from a URL and sorts its query."""
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
