"""Errors of the API as problem details (RFC 9457): a code for programs, and sentences for people."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

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

    `errors` has all mistakes of the query string at once, each with its parameter, value, code and sentence.
    """
    document = {
        # Relative: an error may be about the very host of the request.
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
