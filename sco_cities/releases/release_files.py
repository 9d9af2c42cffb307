"""The data package and text files of a release (manifest, README, citation, and metadata for Datasette).

The data package is a ZIP file with a CSV file for each table, datapackage.json and a README. The descriptor follows
Data Package 2.0 (https://datapackage.org).
"""

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sco_cities import __version__
from sco_cities.datapackage.descriptor import (
    DIALECT,
    FORMAT_VERSION,
    METADATA,
    file_description,
    table_schema,
)
from sco_cities.datapackage.parse import DESCRIPTOR
from sco_cities.listings.exports.attribution import FOOTNOTE_RULE, LICENCE, LICENCE_URL, attribution_lines
from sco_cities.listings.exports.csv_file import format_utc, quote
from sco_cities.site.citation import SITE_NAME, publisher

from . import release_database, released_index
from .column_dictionary import column_dictionary
from .flat_tables import FLAT_TABLES
from .public_tables import PUBLIC_TABLES, PublicTable
from .release_database import NewestChange, ReleaseDatabase, later_changes
from .stored_releases import Coverage, contact_as, doi_url

PACKAGE = "sco-cities.zip"
README = "README.txt"
# The earliest time that ZIP supports. All files have this time, so that packages with equal content have equal bytes.
_TIME = (1980, 1, 1, 0, 0, 0)
_PERMISSIONS = 0o644
_UNIX = 3
_LINES_PER_PART = 1_000
_PROFILES = "https://datapackage.org/profiles/2.0"
PROFILE = f"{_PROFILES}/datapackage.json"
_METADATA = {name: value for name, value in METADATA.items() if name not in ("profile", "version")}


def write_package(
    target: Path | IO[bytes], database: ReleaseDatabase, about: Mapping[str, Any], readme: str
) -> None:
    """Writes the data package with the rows of a finished database.

    `about` contains the properties in datapackage.json that differ between packages, which are the version and the
    filter of a partial package.
    """
    resources = []
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for table in PUBLIC_TABLES.values():
            parts = csv_parts(table.header, database.rows(table))
            resources.append(resource(table, *_write(archive, table.file_name, parts)))
        _write(archive, DESCRIPTOR, [package_descriptor(resources, about).encode()])
        _write(archive, README, [readme.encode()])


def csv_parts(header: Iterable[str], rows: Iterable[tuple]) -> Iterator[bytes]:
    """Yields a CSV file in parts, encoded as UTF-8. Cells of unknown values are empty."""
    lines = (",".join(quote([*map(_cell, row)])) + "\n" for row in chain([tuple(header)], rows))
    while part := "".join(islice(lines, _LINES_PER_PART)):
        yield part.encode()


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return str(value)


def _write(archive: ZipFile, name: str, parts: Iterable[bytes]) -> tuple[int, str]:
    """Adds a file to the archive. Returns the file's size and SHA-256 hash."""
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
    """Returns the text of datapackage.json, including the properties in `about`."""
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
    """Returns the descriptor of a table's CSV file."""
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


TITLE = METADATA["title"]
CHANGES = "changes.jsonl"
CITATION = "CITATION.cff"
# Descriptions by file name, in page order, for the manifest.
DESCRIPTIONS = {
    PACKAGE: _("All tables as CSV, with datapackage.json (Data Package 2.0)"),
    release_database.NAME: _("All tables as an SQLite database, with flat tables as views"),
    "initiatives.csv": _("One row per initiative, as in the export"),
    "statements.csv": _("One row per statement, as in the export"),
    "ties.csv": _("One row per pair of cities in each initiative, as in the file on the site"),
    "evidence.csv": _("One row per footnote, with the passage and its report"),
    CHANGES: _("One line of JSON per public change, oldest first, as in the API"),
    released_index.NAME: _("The filter index used by embeds of this release"),
    "columns.csv": _("The meaning of each column"),
    "metadata.json": _("Titles and descriptions for Datasette"),
    CITATION: _("A machine-readable citation (Citation File Format)"),
    README: _("Contents, licence and citation"),
}
# Media types by file extension.
MEDIA_TYPES = {
    ".cff": "application/yaml",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".sqlite3": "application/vnd.sqlite3",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}


def release_url(date: str) -> str:
    """Returns the URL of the release with this date."""
    return f"{settings.SITE_URL}/data/{date}/"


def citation(date: str, url: str) -> str:
    """Returns the citation of a release, with the DOI of all releases if the setting DOI is set."""
    urls = " ".join(filter(None, [doi_url(), url]))
    return f"{SITE_NAME} ({date[:4]}). {TITLE} (release {date}) [Data set]. {urls}"


def manifest_document(
    date: str,
    made_at: datetime.datetime,
    change: NewestChange | None,
    rows: Mapping[str, int],
    files: list[dict[str, Any]],
    coverage: Coverage,
    *,
    previous: str | None,
    is_scheduled: bool,
) -> dict[str, Any]:
    """Returns the content of manifest.json. The release contains all records committed before `made_at`."""
    return {
        "name": "sco-cities",
        "title": TITLE,
        "release": date,
        "url": release_url(date),
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "cite_as": citation(date, release_url(date)),
        "doi": settings.DOI or None,
        "publisher": publisher(),
        "temporal_coverage": coverage.interval or None,
        "spatial_coverage": coverage.countries,
        "made_at": format_utc(made_at),
        "newest_change": change and change.document,
        "later_changes": settings.SITE_URL + later_changes(change),
        "previous_release": previous,
        "scheduled": is_scheduled,
        "code_version": __version__,
        "schema_version": FORMAT_VERSION,
        "rows": dict(rows),
        "files": files,
    }


def citation_file(date: str) -> str:
    """Returns CITATION.cff, which is YAML with JSON values (citation-file-format.github.io)."""
    url, doi = release_url(date), settings.DOI
    contact = contact_as(email="email", page="website", telephone="tel")
    document = {
        "cff-version": "1.2.0",
        "message": "To cite the data, name the release.",
        "type": "dataset",
        "title": TITLE,
        "abstract": METADATA["description"],
        "authors": [{"name": SITE_NAME}],
        "version": date,
        "date-released": date,
        "license": METADATA["licenses"][0]["name"],
        "url": url,
        "identifiers": [
            {"type": "url", "value": url, "description": "This release"},
            *([{"type": "doi", "value": doi, "description": "All releases"}] if doi else []),
        ],
        **({"contact": [{"name": publisher(), **contact}]} if contact else {}),
    }
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in document.items())


def package_about(date: str) -> dict[str, Any]:
    """Returns the properties in datapackage.json that differ between releases."""
    # Uses the start of the day as the time, because equal data must result in equal files.
    return {
        "id": doi_url() or release_url(date),
        "homepage": release_url(date),
        "version": date,
        "created": f"{date}T00:00:00Z",
    }


def readme(date: str) -> str:
    """Returns the README of a release, with its description, citation, licence and files."""
    files = "\n".join(f"  {name}: {description}" for name, description in DESCRIPTIONS.items())
    credits_ = "\n".join(f"- {line}" for line in attribution_lines()[1:])
    tables = "\n".join(f"  {table.name}: {table.description}" for table in PUBLIC_TABLES.values())
    flat = "\n".join(f"  {table.name}: {table.description}" for table in FLAT_TABLES)
    return f"""\
{TITLE}
Release {date}

{METADATA["description"]}

A release contains what readers of the site could see on its date. It never changes. Corrections appear in later
releases. If a record refers to a record that was not public, the cell is empty. A release can therefore contain cities
without a country, and statements without a speaker and an event. A site that loads the package rejects these rows.

HOW TO CITE
  {citation(date, release_url(date))}

LICENCE
  {attribution_lines()[0]}

FOOTNOTES
  {FOOTNOTE_RULE}

SOURCES OF DATA ON PLACES
{credits_}

FILES
{files}
  manifest.json: the rows of each table, and the size and SHA-256 of each file

TABLES
{tables}

FLAT TABLES
{flat}
"""


def datasette_metadata(date: str) -> str:
    """Returns metadata.json for Datasette, with the title, the licence, and the meaning of tables and columns."""
    tables: dict[str, dict[str, Any]] = {
        table.name: {"title": table.title, "description": table.description}
        for table in PUBLIC_TABLES.values()
    }
    tables |= {flat.name: {"description": flat.description} for flat in FLAT_TABLES}
    for entry in column_dictionary():
        if entry.is_in_sqlite and entry.table in tables:
            tables[entry.table].setdefault("columns", {})[entry.column] = entry.description
    document = {
        "title": f"{TITLE}, {date}",
        "description": METADATA["description"],
        "license": LICENCE,
        "license_url": LICENCE_URL,
        "source": "SCO Cities",
        "source_url": release_url(date),
        "databases": {"sco-cities": {"tables": tables}},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
