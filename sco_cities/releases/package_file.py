"""The data package of a release, a ZIP file with a CSV file for each table, datapackage.json and a README.

The descriptor follows Data Package 2.0 (https://datapackage.org).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings

from sco_cities.datapackage.descriptor import DIALECT, METADATA, file_description, table_schema
from sco_cities.datapackage.parse import DESCRIPTOR
from sco_cities.site.citation import publisher

from .dataset import contact_as
from .public_tables import PUBLIC_TABLES, PublicTable
from .release_database import ReleaseDatabase

NAME = "sco-cities.zip"
README = "README.txt"
# The earliest time that ZIP supports. All files have this time, so that equal packages have equal bytes.
_TIME = (1980, 1, 1, 0, 0, 0)
_PERMISSIONS = 0o644
_UNIX = 3
_LINES_PER_PART = 1_000
_SPECIAL = re.compile(r'[,"\r\n]').search
_PROFILES = "https://datapackage.org/profiles/2.0"
PROFILE = f"{_PROFILES}/datapackage.json"
_METADATA = {name: value for name, value in METADATA.items() if name not in ("profile", "version")}


def write_package(
    target: Path | IO[bytes], database: ReleaseDatabase, about: Mapping[str, Any], readme: str
) -> None:
    """Writes the data package with the rows of a finished database.

    `about` contains the properties of datapackage.json that only this package has. These are its version, and its
    filter if it contains only a part of the data.
    """
    resources = []
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for table in PUBLIC_TABLES.values():
            parts = csv_parts(table.header, database.rows(table))
            resources.append(resource(table, *_write(archive, table.file_name, parts)))
        _write(archive, DESCRIPTOR, [package_descriptor(resources, about).encode()])
        _write(archive, README, [readme.encode()])


def csv_parts(header: Iterable[str], rows: Iterable[tuple]) -> Iterator[bytes]:
    """Yields a CSV file in parts. It is encoded in UTF-8 and has empty cells for unknown values."""
    lines = (",".join(map(_cell, row)) + "\n" for row in chain([tuple(header)], rows))
    while part := "".join(islice(lines, _LINES_PER_PART)):
        yield part.encode()


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if _SPECIAL(text) else text


def _write(archive: ZipFile, name: str, parts: Iterable[bytes]) -> tuple[int, str]:
    """Adds a file to the archive. Returns its size and the SHA-256 hash of its contents."""
    info = ZipInfo(name, _TIME)
    info.compress_type = ZIP_DEFLATED
    info.create_system = _UNIX
    info.external_attr = _PERMISSIONS << 16
    size, digest = 0, hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as file:
        for part in parts:
            size += len(part)
            digest.update(part)
            file.write(part)
    return size, digest.hexdigest()


def package_descriptor(resources: list[dict[str, Any]], about: Mapping[str, Any]) -> str:
    """The text of datapackage.json. `about` contains the version and other properties that only this package has."""
    document = {"$schema": PROFILE, **_METADATA, **about}
    document["contributors"] = [
        {name: value for name, value in person.items() if name != "role"} | {"roles": [person["role"]]}
        for person in METADATA["contributors"]
    ]
    contact = contact_as(email="email", page="path", telephone="telephone")
    if contact or settings.PUBLISHER_NAME:
        document["contributors"].append({"title": publisher(), **contact, "roles": ["publisher"]})
    document["resources"] = resources
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def resource(table: PublicTable, size: int, sha256: str) -> dict[str, Any]:
    """The descriptor of a table's CSV file."""
    schema = table_schema(table)
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "type": "table",
        **file_description(table),
        "bytes": size,
        "hash": f"sha256:{sha256}",
        "dialect": {"$schema": f"{_PROFILES}/tabledialect.json", **DIALECT},
        "schema": {"$schema": f"{_PROFILES}/tableschema.json", **schema},
    }
