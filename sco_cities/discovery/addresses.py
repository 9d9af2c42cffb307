"""Addresses of the site in documents that others keep."""

from sco_cities.releases.stored_releases import Release

# Where the data are described. Not resolved: identifiers must stay when URLs get other names.
DATA = "/data/"


def release_path(release: Release) -> str:
    """The path of a release, as in its manifest."""
    return f"{DATA}{release.date}/"
