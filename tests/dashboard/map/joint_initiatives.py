"""The query string of the list that a mark of the map links to."""

from urllib.parse import urlsplit


def query_of(address: str) -> str:
    """The query string of the list that a mark links to.

    If the mark links to a page about two cities, it is the query string of the list of their joint initiatives.
    """
    parts = urlsplit(address)
    if parts.path.startswith("/together/"):
        return f"with_city={','.join(parts.path.strip('/').split('/')[1:])}"
    return parts.query
