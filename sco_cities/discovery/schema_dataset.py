"""Describes the data as a schema.org `Dataset`, which dataset search engines read from the page itself.

The description is short, because these engines do not read descriptions of columns. `croissant.json` describes the
columns of a release in Croissant 1.0 (https://docs.mlcommons.org/croissant/), for machine learning tools. Its record
sets are the tables of the data package. Every cell is a text, an integer or a decimal number. References between tables
are omitted, because mlcroissant 1.1 joins tables by them and fails if a table refers to itself.
"""

from collections.abc import Callable

from django.db import router
from django.urls import reverse
from django.utils.translation import get_language, override

from initiatives.models import Initiative
from sco_cities.datapackage.columns import PackageColumn
from sco_cities.datapackage.descriptor import METADATA
from sco_cities.i18n.countries import usual_country_names
from sco_cities.i18n.languages import html_language
from sco_cities.listings.exports.attribution import LICENCE_URL
from sco_cities.releases.public_tables import PUBLIC_TABLES, PublicTable
from sco_cities.releases.release_files import PACKAGE, citation
from sco_cities.releases.stored_releases import (
    Release,
    ReleaseFile,
    contact_as,
    doi_url,
    present_coverage,
)
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS
from sco_cities.site.citation import SITE_NAME, publisher

from .dcat import CATALOGUE, DATA, KEYWORDS, Node, release_path


def dataset_document(absolute: Callable[[str], str], release: Release | None) -> Node:
    """Returns the `Dataset` for a release, or for the current data if `release` is None, in the page's language."""
    title, description = CATALOGUE
    texts = {
        "name": str(title),
        "description": str(description),
        "keywords": list(map(str, KEYWORDS)),
        "inLanguage": html_language(get_language() or "en"),
    }
    # URLs are the same for all page languages.
    with override("en"):
        if release:
            own = _release(absolute, release)
        else:
            files = (absolute(reverse(f"{kind.collection}-csv")) for kind in SEARCHABLE_LISTS)
            own = {"distribution": [_download(file, "text/csv") for file in files]}
        return {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            **texts,
            **dataset_properties(absolute, release),
            "url": absolute(DATA),
            "isAccessibleForFree": True,
            "includedInDataCatalog": {"@type": "DataCatalog", "name": str(title), "url": absolute(DATA)},
            **own,
        }


def dataset_properties(absolute: Callable[[str], str], release: Release | None) -> Node:
    """Returns the properties of a `Dataset` that Croissant also uses, for a release or for the current data."""
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
        "identifier": [url for url in (doi_url(), page) if url],
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


def _download(url: str, media_type: str) -> Node:
    return {
        "@type": "DataDownload",
        "contentUrl": url,
        "encodingFormat": media_type.partition(";")[0],
    }


# The terms of the format, which must be repeated in the context of every document.
_OWN = (
    "citeAs", "column", "conformsTo", "dataType", "data", "equivalentProperty", "examples", "extract", "field",
    "fileProperty", "fileObject", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "separator", "source",
    "samplingRate", "subField", "transform",
)  # fmt: skip
CONTEXT: Node = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{name: f"cr:{name}" for name in _OWN},
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
}
_TABLES = tuple(PUBLIC_TABLES.values())
_DATA_TYPES = {"INTEGER": "sc:Integer", "REAL": "sc:Float", "TEXT": "sc:Text"}


def croissant_document(absolute: Callable[[str], str], release: Release) -> Node:
    """Returns the Croissant document of a release. `absolute` converts a path to an absolute URL."""
    page = absolute(release_path(release))
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "sco-cities",
        "description": METADATA["description"],
        **dataset_properties(absolute, release),
        # The format requires a version with three numbers.
        "version": f"{release.day.year}.{release.day.month}.{release.day.day}",
        "citeAs": citation(release.date, page),
        "inLanguage": ["en", "ru", "zh-Hans"],
        "distribution": [*(_file(page, file) for file in release.files), *map(_table_file, _TABLES)],
        "recordSet": [_record_set(table) for table in _TABLES],
    }


def _file(page: str, file: ReleaseFile) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": page + file.name,
        "contentSize": f"{file.size} B",
        "encodingFormat": file.media_type.partition(";")[0],
        "sha256": file.sha256,
    }


def _table_file(table: PublicTable) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": _csv_id(table),
        "name": _csv_id(table),
        "contentUrl": table.file_name,
        "containedIn": {"@id": PACKAGE},
        "encodingFormat": "text/csv",
    }


def _csv_id(table: PublicTable) -> str:
    # The prefix is needed because a release also contains files with the same names outside the package.
    return f"{PACKAGE}/{table.file_name}"


def _record_set(table: PublicTable) -> Node:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": [{"@id": f"{table.name}/{name}"} for name in table.key],
        "field": [_field(table, column) for column in table.columns],
    }


def _field(table: PublicTable, column: PackageColumn) -> Node:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": _DATA_TYPES[column.sql_type],
        "source": {"fileObject": {"@id": _csv_id(table)}, "extract": {"column": column.name}},
    }
