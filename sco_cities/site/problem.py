"""API errors as problem details (RFC 9457), with codes for programs and messages for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.listings.query_errors import QueryError

CONTENT_TYPE = "application/problem+json"


def problem_response(
    request: HttpRequest,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[dict[str, Any]] = (),
) -> HttpResponse:
    """The response for a failed request. `code` is the section of the documentation that explains the problem.

    `errors` lists all errors of the query string, each with its parameter, value, code and message.
    """
    document = {
        # A relative URL, because the error may be an invalid host in the request.
        "type": f"{reverse('api-docs')}#{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.get_full_path(),
    }
    if errors:
        document["errors"] = list(errors)
    response = HttpResponse(orjson.dumps(document), status=status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def invalid_parameters(request: HttpRequest, mistakes: Mapping[str, Sequence[QueryError]]) -> HttpResponse:
    """Status 400 with all errors of a query string. Each has its parameter, value, code, message and similar values."""
    errors = _error_documents(mistakes)
    title = _("The query is invalid")
    detail = " ".join(f"{each['parameter'] or ''}: {each['detail']}".lstrip(": ") for each in errors)
    return problem_response(request, 400, "invalid-parameter", title, detail, errors)


def missing_page(request: HttpRequest, parameter: str, error: QueryError) -> HttpResponse:
    """Status 404 for a page number after the last page."""
    errors = _error_documents({parameter: [error]})
    return problem_response(request, 404, "status-404", _("Page not found"), str(error), errors)


def _error_documents(mistakes: Mapping[str, Sequence[QueryError]]) -> list[dict[str, Any]]:
    return [
        {
            "parameter": name or None,
            "value": error.value or None,
            "code": error.code,
            "detail": str(error),
            "near": list(error.near),
        }
        for name, found in mistakes.items()
        for error in found
    ]
