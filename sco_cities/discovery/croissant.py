"""Describes a release in Croissant 1.0 (https://docs.mlcommons.org/croissant/), for machine learning tools.

The record sets are the tables of the data package. Every cell is a text, a whole number or a decimal number. References
between tables are left out, because mlcroissant 1.1 joins tables by them and fails if a table refers to itself.
"""

from collections.abc import Callable
from typing import Any

from sco_cities.datapackage.columns import PackageColumn
from sco_cities.datapackage.descriptor import METADATA
from sco_cities.releases.package_file import NAME as PACKAGE
from sco_cities.releases.public_tables import PUBLIC_TABLES, PublicTable
from sco_cities.releases.release_files import citation
from sco_cities.releases.stored_releases import Release, ReleaseFile

from .dcat import release_path
from .schema_dataset import dataset_properties

Node = dict[str, Any]

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
    """The Croissant document of a release. `absolute` converts a path to an absolute URL."""
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
