"""Health checks for operators and load balancers: `/healthz`, `/readyz` and `/readyz?writes=1`.

A load balancer connects by IP address, without TLS and with any Host header. So the checks respond before the Host is
validated, and their paths are in SECURE_REDIRECT_EXEMPT.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from .readiness import Readiness, reader_problems, writer_problems

_TEXT = "text/plain; charset=utf-8"
_METHODS = ("GET", "HEAD")
_WRITES = "writes=1"


class HealthMiddleware:
    """Responds to the health checks and passes on all other requests."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.readers = Readiness("readers", reader_problems)
        self.writers = Readiness("changes", writer_problems)
        self.checks: dict[str, Callable[[HttpRequest], list[str]]] = {
            "/healthz": lambda request: [],
            "/readyz": self._problems,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        check = self.checks.get(request.path_info)
        if check is None:
            return self.get_response(request)
        if request.method not in _METHODS:
            response = HttpResponseNotAllowed(_METHODS, content_type=_TEXT)
        elif problems := check(request):
            response = HttpResponse("\n".join(problems) + "\n", status=503, content_type=_TEXT)
            # A line is written when the answer changes, and not by Django for each check.
            response._has_been_logged = True
        else:
            response = HttpResponse("ok\n", content_type=_TEXT)
        response["Cache-Control"] = "no-store"
        return response

    def _problems(self, request: HttpRequest) -> list[str]:
        question = self.writers if request.META.get("QUERY_STRING") == _WRITES else self.readers
        return question.problems()
