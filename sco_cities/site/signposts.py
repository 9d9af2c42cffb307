"""Links and redirects for programs, and the origin of the site in URLs that other systems store.

FAIR signposting (https://signposting.org) adds links to a page's identifier, licence and files. Content negotiation
redirects from a record's page to the file format that the Accept header prefers.
"""

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path, iri_to_uri

from sco_cities.core.responses import Link, add_links
from sco_cities.listings.exports.attribution import LICENCE_URL


def site_origin(request: HttpRequest) -> str:
    """Returns SITE_URL, which keeps the host of identifiers constant, or by default the request's scheme and host."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def site_host(request: HttpRequest) -> str:
    """Returns the host name of the origin, without a port."""
    return urlsplit(site_origin(request)).hostname or ""


def absolute_urls(request: HttpRequest) -> Callable[[str], str]:
    """Returns a function that converts a path to an absolute URL."""
    origin = site_origin(request)
    return lambda path: origin + path


_SCHEMA_ORG = "https://schema.org/"


def add_signposts(
    response: HttpResponse, cite_as: str, links: Iterable[Link] = (), *, kind: str = ""
) -> None:
    """Adds Link headers to a page, with its citation URL, licence, types and author, and `links`.

    `kind` is the schema.org type of the page's subject. The author is the publisher's contact if it is a web URL.
    """
    contact = settings.PUBLISHER_CONTACT
    add_links(
        response,
        [
            (cite_as, "cite-as", ""),
            (f"{_SCHEMA_ORG}AboutPage", "type", ""),
            *([(f"{_SCHEMA_ORG}{kind}", "type", "")] if kind else []),
            *([(contact, "author", "")] if contact.startswith("https:") else []),
            (LICENCE_URL, "license", ""),
            *links,
        ],
    )


HTML = "text/html"
# Maps content types to file extensions.
ENDINGS = {"application/ld+json": ".jsonld", "text/markdown": ".md"}
# Matches parameters of media types, such as a profile or a character set, but not "q".
_PARAMETER = re.compile(r';(?!\s*q\s*=)[^=;,]*=(?:\s*"[^"]*"|[^;,]*)')


def preferred_type(request: HttpRequest) -> str:
    """Returns the preferred content type.

    A browser's header is not parsed, because browsers never request these file types.
    """
    accepted = request.META.get("HTTP_ACCEPT", "").lower()
    if not any(each in accepted for each in ENDINGS):
        return HTML
    plain = HttpRequest()
    plain.META["HTTP_ACCEPT"] = _PARAMETER.sub("", accepted)
    return plain.get_preferred_type([HTML, *ENDINGS]) or HTML


def file_redirect(request: HttpRequest) -> HttpResponse | None:
    """Returns a redirect (status 303) to the preferred file of a record. Returns None if HTML is preferred."""
    ending = ENDINGS.get(preferred_type(request))
    if not ending:
        return None
    # Sets the route for logs and metrics, so that they count the redirect under the route of the file.
    request.resolver_match = resolve(f"{request.path_info[:-1]}{ending}")
    query = request.META.get("QUERY_STRING", "")
    url = escape_uri_path(f"{request.path[:-1]}{ending}") + (f"?{iri_to_uri(query)}" if query else "")
    response = HttpResponseRedirect(url, status=303)
    del response["Content-Type"]
    patch_vary_headers(response, ["Accept"])
    return response
