"""Redirects programs from a record's page to the file format that their Accept header prefers."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path, iri_to_uri

HTML = "text/html"
# Maps content types to file extensions.
ENDINGS = {"application/ld+json": ".jsonld", "text/markdown": ".md"}
# Media type parameters such as a profile or a character set are irrelevant here, so all except "q" are removed.
_PARAMETER = re.compile(r';(?!\s*q\s*=)[^=;,]*=(?:\s*"[^"]*"|[^;,]*)')


def preferred_type(request: HttpRequest) -> str:
    """The preferred content type. Browsers do not ask for the file types, so their header is not parsed."""
    accepted = request.META.get("HTTP_ACCEPT", "").lower()
    if not any(each in accepted for each in ENDINGS):
        return HTML
    plain = HttpRequest()
    plain.META["HTTP_ACCEPT"] = _PARAMETER.sub("", accepted)
    return plain.get_preferred_type([HTML, *ENDINGS]) or HTML


def file_redirect(request: HttpRequest) -> HttpResponse | None:
    """A redirect (status 303) to the preferred file of a record. None if HTML is preferred."""
    ending = ENDINGS.get(preferred_type(request))
    if not ending:
        return None
    # Logs and metrics read the route from here, so the redirect is counted under the route of the file.
    request.resolver_match = resolve(f"{request.path_info[:-1]}{ending}")
    query = request.META.get("QUERY_STRING", "")
    address = escape_uri_path(f"{request.path[:-1]}{ending}") + (f"?{iri_to_uri(query)}" if query else "")
    response = HttpResponseRedirect(address, status=303)
    del response["Content-Type"]
    patch_vary_headers(response, ["Accept"])
    return response
