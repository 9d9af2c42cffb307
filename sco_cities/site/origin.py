"""The origin of the site, for URLs and identifiers that other systems store."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def site_origin(request: HttpRequest) -> str:
    """SITE_URL if it is set, so that identifiers always have the same host. Otherwise the request's scheme and host."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def site_host(request: HttpRequest) -> str:
    """The host name of the origin, without a port."""
    return urlsplit(site_origin(request)).hostname or ""


def absolute_address(request: HttpRequest) -> Callable[[str], str]:
    """Returns a function that converts a path to an absolute URL."""
    origin = site_origin(request)
    return lambda path: origin + path
