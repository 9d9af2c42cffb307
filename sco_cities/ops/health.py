"""Health checks for operators and load balancers: `/healthz` and `/readyz`.

A load balancer connects by IP address, without TLS and with any Host header. So the checks respond before the Host is
validated, and their paths are in SECURE_REDIRECT_EXEMPT.
"""

import logging
from collections.abc import Callable
from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

log = logging.getLogger(__name__)

_TEXT = "text/plain; charset=utf-8"
_METHODS = ("GET", "HEAD")


class HealthMiddleware:
    """Responds to the health checks and passes on all other requests."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.checks: dict[str, Callable[[], str]] = {"/healthz": lambda: "", "/readyz": _readiness_error}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        check = self.checks.get(request.path_info)
        if check is None:
            return self.get_response(request)
        if request.method not in _METHODS:
            response = HttpResponseNotAllowed(_METHODS, content_type=_TEXT)
        elif reason := check():
            response = HttpResponse(f"{reason}\n", status=503, content_type=_TEXT)
        else:
            response = HttpResponse("ok\n", content_type=_TEXT)
        response["Cache-Control"] = "no-store"
        return response


def _readiness_error() -> str:
    """Why the site cannot serve pages, or ""; the process itself is running if this is called."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        log.warning("The database does not answer.", exc_info=True)
        # The driver's message contains hosts and users: it belongs in the log only.
        return "The database does not answer."
    missing = sorted(_known_migrations() - set(applied))
    if missing:
        reason = "Migrations are not applied: " + ", ".join(".".join(migration) for migration in missing)
        log.warning(reason)
        return reason
    return ""


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    # Cached: the files do not change while the process runs, and reading them takes a tenth of a second.
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)
