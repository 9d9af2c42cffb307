"""Responses that are sent while they are made."""

from collections.abc import Iterable
from itertools import chain, islice

from django.http import HttpRequest, StreamingHttpResponse


def stream(request: HttpRequest, blocks: Iterable, content_type: str) -> StreamingHttpResponse:
    """A streaming response whose first block exists before the status is sent.

    If the database is unavailable, the client gets a 503 page and not a truncated 200 response. For HEAD no further
    block is made.
    """
    # Closes the blocks when it ends, also before they do.
    response = StreamingHttpResponse(blocks, content_type=content_type)
    blocks = iter(blocks)
    first = list(islice(blocks, 1))
    response.streaming_content = first if request.method == "HEAD" else chain(first, blocks)
    return response
