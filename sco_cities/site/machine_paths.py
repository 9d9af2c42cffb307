"""Recognises the URLs for programs (the API and files), which other sites may read.

Errors at these URLs are problem details (RFC 9457), with codes for programs and messages for people.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import register_converter, reverse
from django.urls.converters import StringConverter
from django.utils.translation import gettext as _

from sco_cities.i18n.languages import LANGUAGE_PREFIX
from sco_cities.listings.querystring import QueryError

_MCP = re.compile(rf"{LANGUAGE_PREFIX}mcp\Z")
_RECONCILIATION = re.compile(rf"{LANGUAGE_PREFIX}reconcile/?\Z")
_API = re.compile(rf"{LANGUAGE_PREFIX}(?:api(?:/|\Z)|mcp\Z|reconcile(?:/(?!preview/|view/)|\Z))")
# Files of releases, of any type.
_RELEASE_FILE = re.compile(r"/data/[^/]+/[^/]+\Z")
# Matches exports, feeds and record files by extension, even if the path contains line breaks.
# `request_info.is_personal` excludes files of the admin.
_OPEN_FILE = re.compile(
    r"/(?:oembed\Z|(?:[a-z-]+/)?reconcile/|.*\.(?:csv|xlsx|geojson|atom|jsonl|json|jsonld|md|ics|zip|ttl|timemap)\Z)",
    re.DOTALL,
)

# Matches JSON files and data packages, but not files of the admin, which people download.
_JSON_FILE = re.compile(r"/(?!admin/).*\.(?:json|jsonld|zip)\Z", re.DOTALL)


class PageNameConverter(StringConverter):
    """The last part of a page's URL.

    It contains no dot, because programs would treat a name with a dot as a file name.
    """

    regex = "[^/.]+"


register_converter(PageNameConverter, "page_name")


def is_api(request: HttpRequest) -> bool:
    """Returns True if the URL belongs to the API."""
    return _API.match(request.path_info) is not None


def has_json_errors(request: HttpRequest) -> bool:
    """Returns True if errors at the URL are problem details (for the API, releases, JSON files and data packages)."""
    path = request.path_info
    return is_api(request) or bool(_JSON_FILE.match(path) or _RELEASE_FILE.match(path))


def is_mcp(request: HttpRequest) -> bool:
    """Returns True if the URL is the endpoint of the Model Context Protocol, where POST requests are read-only."""
    return _MCP.match(request.path_info) is not None


def is_reconciliation(request: HttpRequest) -> bool:
    """Returns True if the URL is the endpoint of the reconciliation service, where POST requests are read-only."""
    return _RECONCILIATION.match(request.path_info) is not None


def is_query_by_post(request: HttpRequest) -> bool:
    """Returns True if the request is a read-only POST request."""
    return request.method == "POST" and (is_mcp(request) or is_reconciliation(request))


def is_open_to_other_sites(request: HttpRequest) -> bool:
    """Returns True if scripts on other sites may read the URL."""
    path = request.path_info
    return is_api(request) or bool(_OPEN_FILE.match(path) or _RELEASE_FILE.match(path))


CONTENT_TYPE = "application/problem+json"


def problem_response(
    request: HttpRequest,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[dict[str, Any]] = (),
) -> HttpResponse:
    """Returns the response for a failed request.

    `code` is the section of the documentation that explains the problem. `errors` contains the errors of the query
    string, each with its parameter, value, code and message.
    """
    document = {
        # The URL is relative, because the host in the request may be invalid.
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
    """Returns status 400 with each error of a query string (parameter, value, code, message and similar values)."""
    errors = _error_documents(mistakes)
    title = _("The query is invalid")
    detail = " ".join(f"{each['parameter'] or ''}: {each['detail']}".lstrip(": ") for each in errors)
    return problem_response(request, 400, "invalid-parameter", title, detail, errors)


def missing_page(request: HttpRequest, parameter: str, error: QueryError) -> HttpResponse:
    """Returns status 404 for a page number after the last page."""
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
