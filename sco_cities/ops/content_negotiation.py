"""Records in the format that a program asks for in the header Accept: a redirect to the file beside the page."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path, iri_to_uri

from sco_cities.i18n.middleware import request_language

from .middleware import PUBLIC_CACHING, SAFE_METHODS

HTML = "text/html"
# The ending of the file by its type.
ENDINGS = {"application/ld+json": ".jsonld", "text/markdown": ".md"}
# Each type has one form here, so its parameters (a profile, a character set) do not matter; those but "q".
_PARAMETER = re.compile(r';(?!\s*q\s*=)[^=;,]*=(?:\s*"[^"]*"|[^;,]*)')


class ContentNegotiationMiddleware:
    """Answers requests for the page of a record that prefer one of ENDINGS with 303 and the address of that file.

    Outside the page cache, which need not know the header, so that pages for people are cached once. Browsers name
    none of these types: for their requests this looks at one header.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        accepted = request.META.get("HTTP_ACCEPT", "").lower()
        if any(each in accepted for each in ENDINGS) and (location := _file_address(request, accepted)):
            response = HttpResponseRedirect(location, status=303)
            del response["Content-Type"]
            response["Cache-Control"] = PUBLIC_CACHING
            patch_vary_headers(response, ["Accept"])
            return response
        return self.get_response(request)


def _preferred_type(accepted: str) -> str:
    """HTML or the type of a file, by a header Accept in small letters."""
    plain = HttpRequest()
    plain.META["HTTP_ACCEPT"] = _PARAMETER.sub("", accepted)
    return plain.get_preferred_type([HTML, *ENDINGS]) or HTML


def _file_address(request: HttpRequest, accepted: str) -> str:
    """The address of the file that is preferred to the page of a record; "" if there is none."""
    ending = ENDINGS.get(_preferred_type(accepted))
    if request.method not in SAFE_METHODS or not ending or not request.path_info.endswith("/"):
        return ""
    try:
        with translation.override(request_language(request)):
            match = resolve(f"{request.path_info[:-1]}{ending}")
    except Resolver404:
        return ""
    if "collection" not in match.kwargs:
        return ""
    # For the log and metrics, as the route of a file would set it.
    request.resolver_match = match
    query = request.META.get("QUERY_STRING", "")
    return escape_uri_path(f"{request.path[:-1]}{ending}") + (f"?{iri_to_uri(query)}" if query else "")
