"""datapackage.json of a release: Data Package 2.0 (https://datapackage.org)."""

import json
from collections.abc import Mapping
from typing import Any

from sco_cities.datapackage.columns import PackageColumn
from sco_cities.datapackage.descriptor import DIALECT, METADATA, foreign_key
from sco_cities.datapackage.relation_columns import ForeignKeyColumn
from sco_cities.datapackage.tables import EVIDENCE

from .public_tables import PublicTable

_PROFILES = "https://datapackage.org/profiles/2.0"
_METADATA = {name: value for name, value in METADATA.items() if name not in ("profile", "version")}


def package_descriptor(resources: list[dict[str, Any]], about: Mapping[str, Any]) -> str:
    """The text of datapackage.json; `about` has the version and what else is true of this package only."""
    document = {"$schema": f"{_PROFILES}/datapackage.json", **_METADATA, **about}
    document["contributors"] = [
        {name: value for name, value in person.items() if name != "role"} | {"roles": [person["role"]]}
        for person in METADATA["contributors"]
    ]
    document["resources"] = resources
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def resource(table: PublicTable, size: int, sha256: str) -> dict[str, Any]:
    """The description of the CSV file of a table."""
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "type": "table",
        "name": table.name,
        "path": table.table.file_name,
        "title": table.table.title,
        "description": f"{table.table.description} In order of {', '.join(table.key)}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{sha256}",
        "dialect": {"$schema": f"{_PROFILES}/tabledialect.json", **DIALECT},
        "schema": _schema(table),
    }


def _schema(table: PublicTable) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(table, column) for column in table.columns],
        "missingValues": [""],
    }
    if all(table.is_required(table.table.by_name[name]) for name in table.key):
        schema["primaryKey"] = list(table.key)
    references = [
        foreign_key(table.table, column) for column in table.columns if isinstance(column, ForeignKeyColumn)
    ]
    if table.table is EVIDENCE:
        passage = {"resource": "passages", "fields": ["report", "number"]}
        references.append({"fields": ["report", "passage"], "reference": passage})
    if references:
        schema["foreignKeys"] = references
    return schema


def _field(table: PublicTable, column: PackageColumn) -> dict[str, Any]:
    field = column.schema()
    if column.required and not table.is_required(column):
        constraints = {name: value for name, value in field["constraints"].items() if name != "required"}
        field["constraints"] = constraints
    return field
