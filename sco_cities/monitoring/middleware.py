"""The outermost middleware, which adds an id, a log line and metrics to each request, and handles rejections."""

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject, empty

from sco_cities.curation.permissions.groups import ADMINISTRATOR, CONTRIBUTOR, CURATOR
from sco_cities.ops.replica import REPLICA

from . import log_format, metrics_page
from .log_format import RequestTrace

log = logging.getLogger("sco_cities.requests")
# The filter of this logger passes one line per minute for each reason.
outages = logging.getLogger("sco_cities.outages")

HEADER = "X-Request-ID"
NO_ROUTE, OTHER_METHOD = "-", "other"
METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"))
# Requests with these paths get their response from middleware, not from a view.
HEALTH_CHECKS = {"/healthz": "healthz", "/readyz": "readyz"}


class MonitoringMiddleware:
    """Assigns an id to each request, and reports the request when its response has been sent."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.writes_lines = settings.LOG_FORMAT == "json"
        self.metrics: ModuleType | None = None
        if metrics_page.is_on():
            # If metrics are off, prometheus-client is not imported.
            from . import metrics

            self.metrics = metrics

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        trace = log_format.begin_trace(request.META.get("HTTP_X_REQUEST_ID", ""))
        response = self.get_response(request)
        response.headers[HEADER] = trace.request_id
        report = _Report(self, request, response, trace, started)
        if response.streaming and "Content-Length" not in response:
            response.streaming_content = report.counted(response.streaming_content)
        elif not response.streaming:
            report.seconds = time.perf_counter() - started
        # Django has no other hook for the end of a response.
        response._resource_closers.append(report.end)
        return response

    def observe(self, report: "_Report") -> None:
        """Counts and logs a request that has ended."""
        response = report.response
        refusal = getattr(response, "refusal", "")
        if refusal:
            _log_outage(refusal, response.refusal_cause)
        if self.metrics is not None:
            self.metrics.observe(report.route, report.method, response.status_code, report.seconds, refusal)
        is_healthy = report.request.path_info in HEALTH_CHECKS and response.status_code == 200
        if self.writes_lines and not is_healthy:
            log.info(log_format.FIELDS_ONLY, extra={"fields": report.fields(refusal)})


@dataclass
class _Report:
    """Collects the data for the report of a request until its response has been sent."""

    middleware: MonitoringMiddleware
    request: HttpRequest
    response: HttpResponse
    trace: RequestTrace
    started: float
    # For a streaming response, the time ends when the last block is sent.
    seconds: float | None = None
    sent: int = 0

    def counted(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Counts the bytes of a stream, whose length is known only at its end."""
        for block in blocks:
            self.sent += len(block)
            yield block

    def end(self) -> None:
        """Reports the request, when the response has been sent or the client has disconnected."""
        if self.seconds is None:
            self.seconds = time.perf_counter() - self.started
        try:
            self.middleware.observe(self)
        finally:
            log_format.current_trace.set(None)

    @property
    def route(self) -> str:
        """The name of the route, never the path, because clients can choose any path."""
        match = getattr(self.request, "resolver_match", None)
        if match is not None:
            return match.view_name
        path = self.request.path_info
        if path in HEALTH_CHECKS:
            return HEALTH_CHECKS[path]
        if self.response.status_code < 400 and path.startswith(settings.STATIC_URL):
            return "static"
        return NO_ROUTE

    @property
    def method(self) -> str:
        return self.request.method if self.request.method in METHODS else OTHER_METHOD

    @property
    def bytes_sent(self) -> int:
        """The length of the body."""
        if self.request.method == "HEAD":
            return 0
        if self.response.streaming:
            return self.sent or int(self.response.get("Content-Length", 0))
        return len(self.response.content)

    def fields(self, refusal: str) -> dict[str, object]:
        """Returns the logged fields of the request, which exclude client address, user name and path."""
        databases = ((DEFAULT_DB_ALIAS, "primary"), (REPLICA, "replica"))
        used = [name for alias, name in databases if alias in self.trace.queries]
        fields = {
            "request_id": self.trace.request_id,
            "route": self.route,
            "method": self.method,
            "status": self.response.status_code,
            "ms": round(self.seconds * 1000, 1),
            "database": "+".join(used) or "none",
            "queries": sum(self.trace.queries.values()),
            "user": kind_of_user(self.request),
            "bytes": self.bytes_sent,
        }
        return fields | {"refused": refusal} if refusal else fields


def _log_outage(reason: str, cause: str) -> None:
    level = logging.WARNING if reason in log_format.PASSING else logging.ERROR
    text = log_format.OUTAGES[reason] + (f" ({cause})" if cause else "")
    outages.log(level, "%s: requests are rejected with status 503.", text, extra={"reason": reason})


def kind_of_user(request: HttpRequest) -> str:
    """Returns the role of the user, if the request has already read it, because logging must cause no queries.

    "session": a session cookie was sent, but has not been read. "account": logged in, but the permissions have not been
    read.
    """
    user = getattr(request, "user", None)
    if user is None or (isinstance(user, SimpleLazyObject) and user._wrapped is empty):
        return "session" if settings.SESSION_COOKIE_NAME in request.COOKIES else "anonymous"
    if not user.is_authenticated:
        return "anonymous"
    if user.is_superuser:
        return "superuser"
    # ModelBackend caches the user's permissions in this attribute.
    permissions = getattr(user, "_perm_cache", None)
    if permissions is None:
        return "account"
    if "accounts.view_securityevent" in permissions:
        return ADMINISTRATOR
    return CURATOR if "history.review_records" in permissions else CONTRIBUTOR
