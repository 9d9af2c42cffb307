"""What can be told of a request before any view sees it, and without a database."""

from django.conf import settings
from django.http import HttpRequest


def is_in_admin(request: HttpRequest) -> bool:
    """Whether the address, once resolved, is one of the admin's."""
    return request.resolver_match is not None and "admin" in request.resolver_match.app_names


def is_personal(request: HttpRequest) -> bool:
    """Whether the answer may be meant for one person: it then is kept by no cache and read from no replica.

    A session cookie is enough, valid or not: to look it up would cost every such request a query.
    """
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or "HTTP_AUTHORIZATION" in request.META
        or is_in_admin(request)
    )
