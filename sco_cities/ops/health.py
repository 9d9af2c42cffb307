"""Health checks for whoever keeps the site running: `/healthz` and `/readyz`.

A load balancer asks by IP address, without TLS and with whatever Host header. The answers are therefore given
before the Host is looked at, and their paths are in SECURE_REDIRECT_EXEMPT.
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
    """Answers the health checks and passes everything else on."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.checks: dict[str, Callable[[], str]] = {"/healthz": lambda: "", "/readyz": _why_not_ready}

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


def _why_not_ready() -> str:
    """Why the site cannot serve pages yet, or nothing: that the process lives is not asked here."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        log.warning("The database does not answer.", exc_info=True)
        # The driver's own words name hosts and users: they are for the log only.
        return "The database does not answer."
    missing = sorted(_known_migrations() - set(applied))
    if missing:
        reason = "Migrations are not applied: " + ", ".join(".".join(migration) for migration in missing)
        log.warning(reason)
        return reason
    return ""


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    # Read once: the files do not change while the process runs, and reading them takes a tenth of a second.
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)
