"""The header `Link` (RFC 8288)."""

from collections.abc import Iterable

from django.http import HttpResponseBase
from django.utils.encoding import iri_to_uri

# The media type of a document of links.
LINK_FORMAT = "application/link-format"
# A URL, its relation to the page, and its media type or "".
Link = tuple[str, str, str]


def add_links(response: HttpResponseBase, links: Iterable[Link]) -> None:
    """Adds links to the header of a response, with URLs in ASCII."""
    written = [
        f'<{iri_to_uri(url)}>; rel="{relation}"' + (f'; type="{media_type}"' if media_type else "")
        for url, relation, media_type in links
    ]
    response["Link"] = ", ".join(filter(None, [response.get("Link"), *written]))
