"""Responses to conditional requests (RFC 9110)."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from .error_pages import PRECONDITION_FAILED, error_page


def conditional_response(
    request: HttpRequest, etag: str, response: HttpResponse | None = None
) -> HttpResponse | None:
    """304 if the client has the content with this ETag, 412 if it accepts only another one, else `response`."""
    found = get_conditional_response(request, etag=etag, response=response)
    if found is not None and found.status_code == PRECONDITION_FAILED.status:
        return error_page(request, PRECONDITION_FAILED)
    return found
