"""Addresses of the site in documents that others keep."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from sco_cities.releases.stored_releases import Release

# Where the data are described. Not resolved: identifiers must stay when URLs get other names.
DATA = "/data/"


def release_path(release: Release) -> str:
    """The path of a release, as in its manifest."""
    return f"{DATA}{release.date}/"


def absolute_address(request: HttpRequest) -> Callable[[str], str]:
    """A function that makes a path an address: of SITE_URL if it is set, so that identifiers have one host."""
    origin = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
    return lambda path: origin + path
