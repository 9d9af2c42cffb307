"""What can be told of a request before any view sees it, and without a database."""

import re

from django.conf import settings
from django.http import HttpRequest
from django.middleware.gzip import re_accepts_gzip

# Which Django does not look for.
_REFUSES_GZIP = re.compile(r"\bgzip\s*;\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)


def is_in_admin(request: HttpRequest) -> bool:
    """Whether the address, once resolved, is one of the admin's."""
    return request.resolver_match is not None and "admin" in request.resolver_match.app_names


def accepts_gzip(request: HttpRequest) -> bool:
    """Whether the answer may be compressed; "gzip;q=0" refuses it."""
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return bool(re_accepts_gzip.search(accepted)) and not _REFUSES_GZIP.search(accepted)


def is_personal(request: HttpRequest) -> bool:
    """Whether the answer may be meant for one person: it then is kept by no cache and read from no replica.

    A session cookie is enough, valid or not: to look it up would cost every such request a query.
    """
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or "HTTP_AUTHORIZATION" in request.META
        or is_in_admin(request)
    )
