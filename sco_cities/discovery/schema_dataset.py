"""Describes the data as a schema.org `Dataset`, which dataset search engines read from the page itself.

It is short, because these engines do not read a description of every column. `croissant.json` describes the columns.
"""

from collections.abc import Callable
from typing import Any

from django.db import router
from django.urls import reverse
from django.utils.translation import get_language, override

from initiatives.models import Initiative
from sco_cities.i18n.countries import usual_country_names
from sco_cities.i18n.languages import html_language
from sco_cities.listings.exports.attribution import LICENCE_URL
from sco_cities.releases.dataset import contact_as, doi_address, present_coverage
from sco_cities.releases.release_files import citation
from sco_cities.releases.stored_releases import Release
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS
from sco_cities.site.citation import SITE_NAME, publisher

from .dcat import CATALOGUE, DATA, KEYWORDS, release_path

Node = dict[str, Any]


def dataset_document(absolute: Callable[[str], str], release: Release | None) -> Node:
    """The `Dataset` for a release, or for the current data if there is none, in the language of the page."""
    title, description = CATALOGUE
    texts = {
        "name": str(title),
        "description": str(description),
        "keywords": list(map(str, KEYWORDS)),
        "inLanguage": html_language(get_language() or "en"),
    }
    # URLs are the same for all page languages.
    with override("en"):
        return {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            **texts,
            **dataset_properties(absolute, release),
            "url": absolute(DATA),
            "isAccessibleForFree": True,
            "includedInDataCatalog": {"@type": "DataCatalog", "name": str(title), "url": absolute(DATA)},
            **(_release(absolute, release) if release else {"distribution": _present_data(absolute)}),
        }


def dataset_properties(absolute: Callable[[str], str], release: Release | None) -> Node:
    """The properties of a `Dataset` that Croissant also uses, for a release or for the current data."""
    home = absolute(reverse("home"))
    page = absolute(release_path(release) if release else DATA)
    coverage = release.coverage if release else present_coverage(router.db_for_read(Initiative))
    node: Node = {
        "url": page,
        "license": LICENCE_URL,
        "creator": {"@type": "Organization", "name": SITE_NAME, "url": home},
        "publisher": {
            "@type": "Organization",
            "name": publisher(),
            **contact_as(email="email", page="url", telephone="telephone"),
        },
        "identifier": [address for address in (doi_address(), page) if address],
        "spatialCoverage": [
            {"@type": "Country", "name": names[0], "identifier": code}
            for code in coverage.countries
            if (names := usual_country_names(code))
        ],
    }
    if coverage.interval:
        node["temporalCoverage"] = coverage.interval
    if release:
        node["datePublished"] = release.date
    return node


def _release(absolute: Callable[[str], str], release: Release) -> Node:
    page = absolute(release_path(release))
    return {
        "@id": page,
        "version": release.date,
        "creditText": citation(release.date, page),
        "distribution": [_download(page + file.name, file.media_type) for file in release.files],
    }


def _present_data(absolute: Callable[[str], str]) -> list[Node]:
    return [_download(absolute(reverse(f"{kind.collection}-csv")), "text/csv") for kind in SEARCHABLE_LISTS]


def _download(address: str, media_type: str) -> Node:
    return {
        "@type": "DataDownload",
        "contentUrl": address,
        "encodingFormat": media_type.partition(";")[0],
    }
