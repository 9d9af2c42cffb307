"""Functions for `Link` headers (RFC 8288), streaming responses, frames and rejected requests."""

from collections.abc import Callable, Iterable
from itertools import chain, islice

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.encoding import iri_to_uri
from django.views.decorators.clickjacking import xframe_options_exempt

# The media type of a document of links.
LINK_FORMAT = "application/link-format"
# The URL, relation type and media type (or "") of a link.
Link = tuple[str, str, str]


def add_links(response: HttpResponseBase, links: Iterable[Link]) -> None:
    """Adds links to the `Link` header of a response. URLs are converted to ASCII."""
    written = [
        f'<{iri_to_uri(url)}>; rel="{relation}"' + (f'; type="{media_type}"' if media_type else "")
        for url, relation, media_type in links
    ]
    response["Link"] = ", ".join(filter(None, [response.get("Link"), *written]))


def stream(request: HttpRequest, blocks: Iterable, content_type: str) -> StreamingHttpResponse:
    """Returns a streaming response that generates its first block before the status is sent.

    If the database is unavailable, the client receives a 503 page instead of a truncated 200 response. For HEAD
    requests, only the first block is generated.
    """
    # The response closes the iterator when it ends, even if it ends prematurely.
    response = StreamingHttpResponse(blocks, content_type=content_type)
    blocks = iter(blocks)
    first = list(islice(blocks, 1))
    response.streaming_content = first if request.method == "HEAD" else chain(first, blocks)
    return response


def framable(view: Callable) -> Callable:
    """Decorator for views whose pages other sites may show in a frame."""
    return xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view))


def mark_refusal(response: HttpResponse, reason: str, cause: str = "") -> None:
    """Marks a response as a rejected request, which `monitoring` counts and logs together with similar requests."""
    response.refusal, response.refusal_cause = reason, cause
    # Otherwise, Django would log each response with a traceback.
    response._has_been_logged = True
