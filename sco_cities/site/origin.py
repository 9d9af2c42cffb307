"""The origin of the site in URLs and identifiers that others store."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def site_origin(request: HttpRequest) -> str:
    """SITE_URL if it is set, so that identifiers have one host. Otherwise scheme and host of the request."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def site_host(request: HttpRequest) -> str:
    """The host of the origin, without a port."""
    return urlsplit(site_origin(request)).hostname or ""


def absolute_address(request: HttpRequest) -> Callable[[str], str]:
    """A function that makes a path an absolute URL."""
    origin = site_origin(request)
    return lambda path: origin + path
