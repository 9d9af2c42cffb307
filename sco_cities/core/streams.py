"""Responses that are generated while they are being sent."""

from collections.abc import Iterable
from itertools import chain, islice

from django.http import HttpRequest, StreamingHttpResponse


def stream(request: HttpRequest, blocks: Iterable, content_type: str) -> StreamingHttpResponse:
    """A streaming response whose first block exists before the status is sent.

    If the database is unavailable, the client gets a 503 page instead of a truncated 200 response. For HEAD no further
    block is generated.
    """
    # The response closes the blocks at its end, even if it ends early.
    response = StreamingHttpResponse(blocks, content_type=content_type)
    blocks = iter(blocks)
    first = list(islice(blocks, 1))
    response.streaming_content = first if request.method == "HEAD" else chain(first, blocks)
    return response
