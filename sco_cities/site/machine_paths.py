"""Recognises URLs for programs, which are the API and files. Their errors are JSON, and other sites may read them."""

import re

from django.http import HttpRequest
from django.urls import register_converter
from django.urls.converters import StringConverter

from sco_cities.i18n.languages import LANGUAGE_PREFIX

_MCP = re.compile(rf"{LANGUAGE_PREFIX}mcp\Z")
_RECONCILIATION = re.compile(rf"{LANGUAGE_PREFIX}reconcile/?\Z")
_API = re.compile(rf"{LANGUAGE_PREFIX}(?:api(?:/|\Z)|mcp\Z|reconcile(?:/(?!preview/|view/)|\Z))")
# Files of releases, of any type.
_RELEASE_FILE = re.compile(r"/data/[^/]+/[^/]+\Z")
# Matches exports, feeds and record files by extension. The path may contain line breaks. `request_info.is_personal`
# excludes files of the admin.
_OPEN_FILE = re.compile(
    r"/(?:oembed\Z|(?:[a-z-]+/)?reconcile/|.*\.(?:csv|xlsx|geojson|atom|jsonl|json|jsonld|md|ics|zip|ttl|timemap)\Z)",
    re.DOTALL,
)

# JSON files and data packages. Files of the admin are left out, because people download them.
_JSON_FILE = re.compile(r"/(?!admin/).*\.(?:json|jsonld|zip)\Z", re.DOTALL)


class PageNameConverter(StringConverter):
    """The last part of a page's URL. It has no dot, because programs would mistake it for a file name."""

    regex = "[^/.]+"


register_converter(PageNameConverter, "page_name")


def is_api(request: HttpRequest) -> bool:
    """True if the URL belongs to the API."""
    return _API.match(request.path_info) is not None


def has_json_errors(request: HttpRequest) -> bool:
    """True if errors at the URL are problem details. They are in the API, releases, JSON files and data packages."""
    path = request.path_info
    return is_api(request) or bool(_JSON_FILE.match(path) or _RELEASE_FILE.match(path))


def is_mcp(request: HttpRequest) -> bool:
    """True if the URL is the endpoint of the Model Context Protocol, where POST requests only read."""
    return _MCP.match(request.path_info) is not None


def is_reconciliation(request: HttpRequest) -> bool:
    """True if the URL is the endpoint of the reconciliation service, where POST requests only read."""
    return _RECONCILIATION.match(request.path_info) is not None


def is_query_by_post(request: HttpRequest) -> bool:
    """True if the request is a read-only POST request."""
    return request.method == "POST" and (is_mcp(request) or is_reconciliation(request))


def is_open_to_other_sites(request: HttpRequest) -> bool:
    """True if scripts on other sites may read the URL."""
    path = request.path_info
    return is_api(request) or bool(_OPEN_FILE.match(path) or _RELEASE_FILE.match(path))
