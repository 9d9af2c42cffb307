"""Builds datapackage.json: metadata, sources, and the schema of each table."""

import json
from collections.abc import Collection

from sco_cities.listings.exports.attribution import LICENCE_ADDRESS

from .columns import PackageColumn
from .relation_columns import ForeignKeyColumn
from .table import Table
from .tables import EVIDENCE, TABLES

NAME = "summit-cities"
VERSION = "1.0.0"

_METADATA = {
    "profile": "tabular-data-package",
    "name": NAME,
    "title": "SCO Cities: city cooperation in the Shanghai Cooperation Organization",
    "description": (
        "Initiatives, cities, delegates, events and statements of city cooperation in the Shanghai "
        "Cooperation Organization, with the passages of public reports that say so. Facts in our "
        "own words, no report's text. Lists in a cell are joined by “; ”, dates are EDTF (ISO 8601-2), empty "
        "cells are unknown."
    ),
    "version": VERSION,
    "licenses": [
        {
            "name": "CC-BY-4.0",
            "title": "Creative Commons Attribution 4.0",
            "path": LICENCE_ADDRESS,
        }
    ],
    "sources": [
        {
            "title": "Natural Earth 1:10m populated places (public domain): coordinates, population, names",
            "path": "https://www.naturalearthdata.com/",
        },
        {"title": "GeoNames (CC BY 4.0): geonames_id", "path": "https://www.geonames.org/"},
        {"title": "Wikidata (CC0 1.0): wikidata_id", "path": "https://www.wikidata.org/"},
        {"title": "The public reports listed in reports.csv, for the facts they tell", "path": "reports.csv"},
    ],
    "contributors": [{"title": "SCO Cities", "role": "author"}],
}
_DIALECT = {
    "delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True,
    "skipInitialSpace": False, "header": True,
}  # fmt: skip


def descriptor(tables: Collection[str]) -> str:
    """The text of datapackage.json for a package of these tables; deterministic."""
    package = _METADATA | {"resources": [_resource(TABLES[name]) for name in TABLES if name in tables]}
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(table: Table) -> dict:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": table.file_name,
        "title": table.title,
        "description": f"{table.description} In order of {', '.join(table.key)}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": _DIALECT,
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict:
    schema = {"fields": [column.schema() for column in table.columns], "missingValues": [""]}
    # A primary key has no empty cells, so the key of evidence cannot be declared as one.
    if all(table.by_name[name].required for name in table.key):
        schema["primaryKey"] = list(table.key)
    if keys := [
        _foreign_key(table, column) for column in table.columns if isinstance(column, ForeignKeyColumn)
    ]:
        schema["foreignKeys"] = keys
    if table is EVIDENCE:
        reference = {"resource": "passages", "fields": ["report", "number"]}
        schema["foreignKeys"].append({"fields": ["report", "passage"], "reference": reference})
    return schema


def _foreign_key(table: Table, column: PackageColumn) -> dict:
    target = TABLES[column.to]
    resource = "" if target is table else target.name
    return {"fields": [column.name], "reference": {"resource": resource, "fields": list(target.key)}}
