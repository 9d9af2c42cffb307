"""Sets cache headers, and serves anonymous pages from memory until the data changes.

A cached page is valid until the next commit in its database, or until a release is added or removed. For each request,
one query of the change log checks for commits (0.05 ms on SQLite, 0.2 ms on PostgreSQL). A browser that has the current
page gets status 304. If several readers request a page (such as the home page after a change) at the same time, the
page is rendered only once.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.db import Error, router
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone

from sco_cities.db import query_deadline
from sco_cities.facet_index import refresh
from sco_cities.facet_index.models import Change
from sco_cities.listings import querystring
from sco_cities.site.error_pages import conditional_response
from sco_cities.site.signposts import preferred_type

from . import replica
from .request_info import accepts_gzip, is_personal

PUBLIC_CACHING = "public, max-age=0, must-revalidate"
# Maximum sizes in bytes of a process's cached pages (including URLs and headers) and of a single page.
MAX_SIZE = 16 * 1024 * 1024
MAX_PAGE_SIZE = 512 * 1024
# The size of a cache entry, excluding its content and URL.
_OVERHEAD = 4 * 1024
# Maximum time that a request waits for another request to render the page. A request that has waited this long also
# renders the page.
MAX_WAIT_S = 2
# Interval between checks of database availability.
STEP_S = 0.1
# Response attributes set by view decorators for the middleware that sets frame headers.
FRAME_POLICY = ("xframe_options_exempt", "_csp_replace", "_csp_update")


@dataclass(frozen=True)
class _CachedPage:
    version: int
    content: bytes
    headers: dict[str, str]
    frame_policy: dict[str, object]
    size: int
    # The view that rendered the page, for the log.
    resolver_match: ResolverMatch | None


class PageCacheMiddleware:
    """Serves cached responses to anonymous GET requests until a change is committed, and sets Cache-Control headers.

    Clients may store public responses, but not personal responses or errors. Other caches must revalidate a page for
    each request, because a page must never be older than the data.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.pages: OrderedDict[tuple, _CachedPage] = OrderedDict()
        self.size = 0
        self.lock = threading.Lock()
        # Pages that are being rendered.
        self.pending: dict[tuple, threading.Event] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_cacheable(request):
            return self._made_response(request)
        using = router.db_for_read(Change)
        key = _cache_key(request, using)
        give_up_at = time.monotonic() + MAX_WAIT_S
        while True:
            page = self.pages.get(key)
            try:
                # A lower bound of the version is sufficient if the page is not cached.
                version = (refresh.last_known_state_number if page is None else refresh.state_number)(using)
            except Error:
                # Calls the view, which reads from the default database or returns an error page.
                replica.fall_back()
                return self._made_response(request)
            if page is not None and page.version == version:
                with self.lock:
                    if key in self.pages:
                        self.pages.move_to_end(key)
                request.resolver_match = page.resolver_match
                return _cached_response(request, page)
            with self._turn(key, give_up_at) as is_mine:
                # Another request may have rendered the page in the meantime. If the page is not cached then, rendering
                # failed or the response cannot be cached.
                if is_mine or key not in self.pages:
                    response = self._made_response(request)
                    # The page is at least as new as `version`.
                    return self._store(request, key, version, response)

    def _made_response(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_personal(request) or response.cookies:
            response["Cache-Control"] = "private, no-store"
        elif response.status_code >= 400:
            response["Cache-Control"] = "no-store"
        else:
            response.headers.setdefault("Cache-Control", PUBLIC_CACHING)
        return response

    @contextmanager
    def _turn(self, key: tuple, give_up_at: float) -> Iterator[bool]:
        """Yields True if this request must render the page, or False if another request has rendered it."""
        with self.lock:
            pending = self.pending.get(key)
            if pending is None:
                made = self.pending[key] = threading.Event()
        if pending is not None:
            while not (is_made := pending.wait(min(STEP_S, max(0, give_up_at - time.monotonic())))):
                # A thread that waits for another thread's database query cannot respond to health checks.
                if time.monotonic() >= give_up_at or query_deadline.is_stalled(key[-1]):
                    break
            yield not is_made
            return
        try:
            yield True
        finally:
            with self.lock:
                del self.pending[key]
            made.set()

    def _store(self, request, key, version, response) -> HttpResponse:
        if response.status_code != 200 or response.streaming or response.cookies:
            return response
        if "private" in response.get("Cache-Control", ""):
            return response
        # Hashes the content instead of the version, so that the ETag is the same in every process.
        response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        if len(response.content) <= MAX_PAGE_SIZE:
            self._keep(request, key, version, response)
        other = conditional_response(request, response["ETag"], response)
        vars(other).update(_frame_policy(response))
        return other

    def _keep(self, request: HttpRequest, key: tuple, version, response: HttpResponse) -> None:
        size = len(response.content) + len(key[0]) + len(key[1]) + _OVERHEAD
        headers, policy = dict(response.headers), _frame_policy(response)
        page = _CachedPage(version, response.content, headers, policy, size, request.resolver_match)
        with self.lock:
            self._evict(key)
            self.pages[key] = page
            self.size += page.size
            while self.size > MAX_SIZE:
                self._evict(next(iter(self.pages)))

    def _evict(self, key: tuple) -> None:
        if (page := self.pages.pop(key, None)) is not None:
            self.size -= page.size


def _frame_policy(response: HttpResponse) -> dict[str, object]:
    return {name: value for name, value in vars(response).items() if name in FRAME_POLICY}


def _is_cacheable(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        # htmx requests parts of pages, which are rarely requested twice.
        and "HTTP_HX_REQUEST" not in request.META
        and not is_personal(request)
        # All links on the site have shorter query strings.
        and len(request.META.get("QUERY_STRING", "")) <= querystring.MAX_LENGTH
    )


def _cache_key(request: HttpRequest, using: str) -> tuple:
    """Returns the cache key of a page. The key contains everything that affects the page except the data."""
    return (
        request.get_full_path_info(),
        request.META.get("HTTP_HOST", ""),
        request.scheme,
        accepts_gzip(request),
        preferred_type(request),
        # The date is part of the key, because some pages depend on the current date.
        timezone.localdate(),
        _release_time(),
        using,
    )


def _release_time() -> int:
    """Returns the time of the last change to the stored releases, because some pages depend on releases."""
    try:
        return settings.RELEASES_DIR.stat().st_mtime_ns
    except OSError:
        return 0


def _cached_response(request: HttpRequest, page: _CachedPage) -> HttpResponse:
    response = conditional_response(request, page.headers["ETag"])
    if response is None:
        response = HttpResponse(page.content, headers=page.headers)
    elif response.status_code == HTTPStatus.NOT_MODIFIED:
        for name in ("Cache-Control", "Content-Location", "ETag", "Vary"):
            if name in page.headers:
                response[name] = page.headers[name]
    vars(response).update(page.frame_policy)
    return response
