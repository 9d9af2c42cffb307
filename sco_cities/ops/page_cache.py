"""Pages that were made before and are still true: answered again without being made again.

A page is still true as long as nothing has been committed since, which one question to the log of changes
tells (0.05 ms on SQLite, 0.2 ms on PostgreSQL). A reader whose browser still has the page gets 304.
"""

import datetime
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from sco_cities.facet_index import refresh
from sco_cities.listings import querystring

from .request_info import accepts_gzip, is_personal

# In each process: so many bytes of pages with their addresses and headers, none longer than this.
MAX_SIZE = 16 * 1024 * 1024
MAX_PAGE_SIZE = 512 * 1024
# What a page takes besides its content and its address.
_REST = 4 * 1024


@dataclass(frozen=True)
class _Page:
    number: int
    content: bytes
    headers: dict[str, str]
    size: int


class PageCacheMiddleware:
    """Answers anonymous GET requests with what was answered before, while no change has been committed."""

    def __init__(self, get_response):
        if len(settings.DATABASES) > 1:
            # Which of several databases a page was read from is decided further in.
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.pages: OrderedDict[tuple, _Page] = OrderedDict()
        self.size = 0
        self.lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_cacheable(request):
            return self.get_response(request)
        key = _key(request)
        page = self.pages.get(key)
        try:
            # Of a page that is not kept it is enough to know what it will not be older than.
            number = (refresh.wait_for_version if page is None else refresh.version)(DEFAULT_DB_ALIAS)
        except Error:
            # The page itself finds the words for a database that is away.
            return self.get_response(request)
        if page is not None and page.number == number:
            return _cached_response(request, page)
        response = self.get_response(request)
        # What was made since is at least as new.
        return self._remember(request, key, number, response)

    def _remember(self, request, key, number, response) -> HttpResponse:
        if response.status_code != 200 or response.streaming or response.cookies:
            return response
        if "private" in response.get("Cache-Control", "") or len(response.content) > MAX_PAGE_SIZE:
            return response
        # A hash of the content, not of a version: it is the same in every process.
        response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        size = len(response.content) + len(key[0]) + len(key[1]) + _REST
        page = _Page(number, response.content, dict(response.headers), size)
        with self.lock:
            self._drop(key)
            self.pages[key] = page
            self.size += page.size
            while self.size > MAX_SIZE:
                self._drop(next(iter(self.pages)))
        return get_conditional_response(request, etag=response["ETag"], response=response)

    def _drop(self, key: tuple) -> None:
        if (page := self.pages.pop(key, None)) is not None:
            self.size -= page.size


def _is_cacheable(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        # What htmx asks for is a part of a page, and hardly ever the same part twice.
        and "HTTP_HX_REQUEST" not in request.META
        and not is_personal(request)
        # Longer than anything that a page here is linked by.
        and len(request.META.get("QUERY_STRING", "")) <= querystring.MAX_LENGTH
    )


def _key(request: HttpRequest) -> tuple:
    """All that a public page depends on besides the data."""
    return (
        request.get_full_path_info(),
        request.META.get("HTTP_HOST", ""),
        request.scheme,
        accepts_gzip(request),
        datetime.date.today(),
    )


def _cached_response(request: HttpRequest, page: _Page) -> HttpResponse:
    unchanged = get_conditional_response(request, etag=page.headers["ETag"])
    if unchanged is not None:
        for name in ("Cache-Control", "Content-Location", "ETag", "Vary"):
            if name in page.headers:
                unchanged[name] = page.headers[name]
        return unchanged
    return HttpResponse(page.content, headers=page.headers)
