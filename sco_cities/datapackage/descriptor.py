"""Builds datapackage.json with metadata, version, sources, and the schema of each table."""

import hashlib
import json
from collections.abc import Mapping

from sco_cities.listings.exports.attribution import LICENCE_URL

from .relation_columns import ForeignKeyColumn
from .table import Table
from .tables import EVIDENCE, TABLES

NAME = "summit-cities"
# The property with the version of the loaded package, for dumps that contain changes by curators.
BASED_ON = "basedOn"
# The version of the tables and columns. A package's version consists of this version and a digest of the rows.
FORMAT_VERSION = "1.0.0"

METADATA = {
    "profile": "tabular-data-package",
    "name": NAME,
    "title": "SCO Cities: city cooperation in the Shanghai Cooperation Organization",
    "description": (
        "Initiatives, cities, delegates, events and statements of city cooperation in the Shanghai "
        "Cooperation Organization, with the passages of public reports that support them. The facts are in "
        "our own words. Lists in a cell are joined by “; ”. Dates are in EDTF (ISO 8601-2). Empty cells are "
        "unknown."
    ),
    "version": FORMAT_VERSION,
    "licenses": [
        {
            "name": "CC-BY-4.0",
            "title": "Creative Commons Attribution 4.0",
            "path": LICENCE_URL,
        }
    ],
    "sources": [
        {
            "title": "Natural Earth 1:10m populated places (public domain): coordinates, population, names",
            "path": "https://www.naturalearthdata.com/",
        },
        {"title": "GeoNames (CC BY 4.0): geonames_id", "path": "https://www.geonames.org/"},
        {"title": "Wikidata (CC0 1.0): wikidata_id", "path": "https://www.wikidata.org/"},
        {"title": "The public reports listed in reports.csv (facts)", "path": "reports.csv"},
    ],
    "contributors": [{"title": "SCO Cities", "role": "author"}],
}
DIALECT = {
    "delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True,
    "skipInitialSpace": False, "header": True,
}  # fmt: skip


def descriptor(files: Mapping[str, bytes], based_on: str = "") -> str:
    """Returns the text of datapackage.json for a package with these table files. Equal files give equal texts.

    If `files` contain a loaded package with curators' changes, `based_on` is the loaded package's version.
    """
    package = METADATA | {"version": version_of(files)}
    if based_on:
        package[BASED_ON] = based_on
    head, dialect = {"profile": "tabular-data-resource"}, {"dialect": DIALECT}
    package["resources"] = [
        head | file_description(table) | dialect | {"schema": table_schema(table)}
        for table in TABLES.values()
        if table.file_name in files
    ]
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def version_of(files: Mapping[str, bytes]) -> str:
    """Returns a package's version, such as "1.0.0+2f0c35a9be41". Packages with equal contents have equal versions."""
    contents = hashlib.blake2b(digest_size=6)
    for name, content in sorted(files.items()):
        contents.update(f"{name}\0{len(content)}\0".encode())
        contents.update(content)
    return f"{FORMAT_VERSION}+{contents.hexdigest()}"


def file_description(table: Table) -> dict:
    """Returns the first properties of each CSV file's description."""
    return {
        "name": table.name,
        "path": table.file_name,
        "title": table.title,
        "description": f"{table.description} Sorted by {', '.join(table.key)}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
    }


def table_schema(table: Table) -> dict:
    """Returns the Frictionless schema of a table's CSV file."""
    fields = [column.schema(may_be_empty=not table.is_required(column)) for column in table.columns]
    schema = {"fields": fields, "missingValues": [""]}
    # A primary key cannot contain empty cells, so the key of evidence cannot be declared as a primary key.
    if table.has_full_keys:
        schema["primaryKey"] = list(table.key)
    keys = []
    for column in table.columns:
        if isinstance(column, ForeignKeyColumn):
            # "" refers to the table itself.
            resource = "" if column.to == table.name else column.to
            reference = {"resource": resource, "fields": list(TABLES[column.to].key)}
            keys.append({"fields": [column.name], "reference": reference})
    if keys:
        schema["foreignKeys"] = keys
    if table.name == EVIDENCE.name:
        reference = {"resource": "passages", "fields": ["report", "number"]}
        schema["foreignKeys"].append({"fields": ["report", "passage"], "reference": reference})
    return schema
