"""Middleware for cross-origin access, request validation and compression."""

import logging
from collections.abc import Iterable, Iterator
from functools import cache

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from zlib_ng import zlib_ng

from sco_cities.site.error_pages import TOO_LARGE, error_page, method_not_allowed
from sco_cities.site.machine_paths import is_mcp, is_open_to_other_sites, is_reconciliation

from . import long_requests
from .request_info import (
    MAX_SMALL_BODY_SIZE,
    accepts_gzip,
    body_size,
    is_in_admin,
    is_personal,
    is_reader_form,
)

METHODS = "GET, HEAD, OPTIONS"
MCP_METHODS = "POST, OPTIONS"
RECONCILIATION_METHODS = "GET, HEAD, POST, OPTIONS"
EXPOSED_HEADERS = (
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, Memento-Datetime, Retry-After, "
    "Unrecorded-Changes"
)
# Browsers send preflight requests only before conditional requests and range requests.
REQUEST_HEADERS = "If-None-Match, If-Modified-Since, If-Range, Range"
# Headers from clients of the Model Context Protocol. Older clients also send a session ID.
MCP_REQUEST_HEADERS = (
    "Accept, Content-Type, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id, Last-Event-Id"
)
PREFLIGHT_MAX_AGE_S = 24 * 60 * 60
RESOURCE_POLICY = "Cross-Origin-Resource-Policy"


class CrossOriginMiddleware:
    """Sets CORS headers for files that other sites may fetch, and responds to preflight requests.

    The headers depend on the URL and are set outside the page cache, so that errors and cached responses have the same
    headers. Responses to requests with a session get no CORS headers, because they may be for curators only. Other
    sites may link to responses without these headers, but must not embed them.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_personal(request) or not is_open_to_other_sites(request):
            response = self.get_response(request)
            response.headers.setdefault(RESOURCE_POLICY, "same-origin")
            return response
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            del response["Content-Type"]
            methods, headers = _allowed(request)
            response["Allow"] = response["Access-Control-Allow-Methods"] = methods
            response["Access-Control-Allow-Headers"] = headers
            response["Access-Control-Max-Age"] = str(PREFLIGHT_MAX_AGE_S)
        else:
            response = self.get_response(request)
            response["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        response["Access-Control-Allow-Origin"] = "*"
        response[RESOURCE_POLICY] = "cross-origin"
        return response


def _allowed(request: HttpRequest) -> tuple[str, str]:
    """Returns the allowed methods and request headers for a URL."""
    if is_mcp(request):
        return MCP_METHODS, MCP_REQUEST_HEADERS
    return (RECONCILIATION_METHODS if is_reconciliation(request) else METHODS), REQUEST_HEADERS


log = logging.getLogger(__name__)

SAFE_METHODS = ("GET", "HEAD")
# Maximum size of a login form, in bytes. Proxies buffer bodies up to this size, so the site does not wait for a slow
# client.
MAX_LOGIN_SIZE = 16 * 1024
# Maximum size of a batch of reconciliation queries.
MAX_QUERIES_SIZE = 1024 * 1024
# Settings of zlib-ng, which replaces Python's zlib. Level 2 compresses a list page of 72 kB to 10.5 kB in 0.06 ms.
# Level 5 would take 0.4 ms for 9.3 kB. The output must be the same in every process, because the page's ETag is a hash
# of the output. The window size selects the gzip format.
GZIP_LEVEL, GZIP_WBITS = 2, zlib_ng.MAX_WBITS | 16
# Not translated, because this text is for the operator who configures the proxy.
MISSING_HEADER = """\
This site runs with HTTPS=1, but the request has no X-Forwarded-Proto header.

The proxy must set the header X-Forwarded-Proto. In nginx:

    proxy_set_header X-Forwarded-Proto $scheme;

If no proxy in front of the site terminates TLS, start the site without HTTPS=1.
"""
# Minimum size in bytes of a compressed page.
MIN_GZIP_SIZE = 200


class RequestValidationMiddleware:
    """Rejects NUL bytes, oversized bodies, write methods on public pages, and long requests if all threads are busy.

    If HTTPS=1 is set, requests without X-Forwarded-Proto are also rejected.

    Views do not need to repeat these checks. The method is checked before Django's CSRF check, so that a POST request
    to a public page returns 405 (read-only) and not 403 (missing token).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and "HTTP_X_FORWARDED_PROTO" not in request.META:
            return _missing_header_response()
        if "\0" in request.path_info:
            # PostgreSQL rejects text with NUL bytes, and the error would cause status 500.
            raise Http404
        if "\0" in request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""):
            # The site's session keys never contain NUL bytes ("\000" in the header).
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        if body_size(request) > _max_body_size(request):
            return error_page(request, TOO_LARGE)
        return long_requests.begin_sending(request, self.get_response(request))

    def process_view(self, request: HttpRequest, view, args, kwargs):
        if settings.MAINTENANCE:
            # The response is the same for every URL.
            return None
        in_admin = is_in_admin(request)
        is_form = in_admin or is_reader_form(request)
        allowed = (*SAFE_METHODS, "OPTIONS", "POST") if is_form else SAFE_METHODS
        if is_mcp(request):
            allowed = ("POST",)
        elif is_reconciliation(request):
            allowed = (*SAFE_METHODS, "POST")
        if request.method not in allowed:
            return method_not_allowed(request, allowed)
        if in_admin and "%00" in request.META["QUERY_STRING"]:
            # On public pages, the filter shows an error for the value. In the admin, the value would reach the
            # database.
            raise BadRequest("NUL byte in the query string")
        # A login waits for its turn later, after the rate limit has been checked.
        begin = long_requests.begin_reading if _is_login(request) else long_requests.begin
        return begin(request)


def _missing_header_response() -> HttpResponse:
    _log_missing_header()
    response = HttpResponse(MISSING_HEADER, status=400, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@cache
def _log_missing_header() -> None:
    # Logged once per process, because the problem affects every request.
    log.error("HTTPS=1 is set, but a request had no X-Forwarded-Proto header. The proxy must set it.")


def _is_login(request: HttpRequest) -> bool:
    return request.path_info == resolve_url(settings.LOGIN_URL)


def _max_body_size(request: HttpRequest) -> int:
    if _is_login(request):
        return MAX_LOGIN_SIZE
    if is_reader_form(request) or is_mcp(request):
        return MAX_SMALL_BODY_SIZE
    return MAX_QUERIES_SIZE if is_reconciliation(request) else settings.MAX_BODY_SIZE


class TextGZipMiddleware(GZipMiddleware):
    """Django's gzip middleware, limited to texts (workbooks are already compressed) and faster for public pages.

    The BREACH attack, which infers secrets from response sizes, is not possible. Public pages contain no secrets. In
    the admin, Django masks CSRF tokens differently in each response and adds random padding.
    """

    TEXT = (
        "text/", "application/json", "application/jsonl", "application/ld+json", "application/problem+json",
        "application/geo+json", "application/xml", "application/atom+xml", "application/feed+json",
    )  # fmt: skip

    def process_response(self, request, response):
        if not response.get("Content-Type", "").startswith(self.TEXT) or "Content-Encoding" in response:
            return response
        if "Accept-Ranges" in response:
            # Byte ranges and Content-Length refer to the uncompressed file.
            return response
        accepts = accepts_gzip(request)
        if (
            accepts
            and not response.streaming
            and (is_personal(request) or len(response.content) < MIN_GZIP_SIZE)
        ):
            return super().process_response(request, response)
        patch_vary_headers(response, ["Accept-Encoding"])
        if not accepts:
            return response
        if response.streaming:
            # Django's implementation buffers 300 kB of CSV before it sends the first byte.
            response.streaming_content = _gzip_blocks(response.streaming_content)
            del response["Content-Length"]
        else:
            response.content = zlib_ng.compress(response.content, level=GZIP_LEVEL, wbits=GZIP_WBITS)
            response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "gzip"
        return response


def _gzip_blocks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Compresses and yields each block immediately. Compression takes less time than generating the next block."""
    compressor = zlib_ng.compressobj(level=GZIP_LEVEL, wbits=GZIP_WBITS)
    for block in blocks:
        yield compressor.compress(block) + compressor.flush(zlib_ng.Z_SYNC_FLUSH)
    yield compressor.flush()
