"""The target of a mark's link, as a list."""

from urllib.parse import urlsplit


def query_of(address: str) -> str:
    """The query string of the list of a mark; for a page about two cities, that of their joint initiatives."""
    parts = urlsplit(address)
    if parts.path.startswith("/together/"):
        return f"with_city={','.join(parts.path.strip('/').split('/')[1:])}"
    return parts.query
