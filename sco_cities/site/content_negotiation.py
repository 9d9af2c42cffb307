"""Redirects a program to the record's file in the format of its Accept header."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path, iri_to_uri

HTML = "text/html"
# File extensions by type.
ENDINGS = {"application/ld+json": ".jsonld", "text/markdown": ".md"}
# Each type has one form here, so its parameters (a profile, a character set) do not matter, except "q".
_PARAMETER = re.compile(r';(?!\s*q\s*=)[^=;,]*=(?:\s*"[^"]*"|[^;,]*)')


def preferred_type(request: HttpRequest) -> str:
    """HTML or the type of a file. Browsers name no file type, and for their requests this looks at one header."""
    accepted = request.META.get("HTTP_ACCEPT", "").lower()
    if not any(each in accepted for each in ENDINGS):
        return HTML
    plain = HttpRequest()
    plain.META["HTTP_ACCEPT"] = _PARAMETER.sub("", accepted)
    return plain.get_preferred_type([HTML, *ENDINGS]) or HTML


def file_redirect(request: HttpRequest) -> HttpResponse | None:
    """Status 303 with the URL of the preferred file instead of the page of a record. None for the page."""
    ending = ENDINGS.get(preferred_type(request))
    if not ending:
        return None
    # For the log and metrics, like the route of the file.
    request.resolver_match = resolve(f"{request.path_info[:-1]}{ending}")
    query = request.META.get("QUERY_STRING", "")
    address = escape_uri_path(f"{request.path[:-1]}{ending}") + (f"?{iri_to_uri(query)}" if query else "")
    response = HttpResponseRedirect(address, status=303)
    del response["Content-Type"]
    patch_vary_headers(response, ["Accept"])
    return response
