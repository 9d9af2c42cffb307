"""The texts of a release, which are its manifest, README, citations, Datasette metadata and file descriptions."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sco_cities import __version__
from sco_cities.datapackage.descriptor import FORMAT_VERSION, METADATA
from sco_cities.listings.exports.attribution import FOOTNOTE_RULE, LICENCE, LICENCE_URL, attribution_lines
from sco_cities.listings.exports.csv_file import format_utc
from sco_cities.site.citation import SITE_NAME, publisher

from . import package_file, release_database, released_index
from .column_dictionary import column_dictionary
from .dataset import Coverage, contact_as, doi_address
from .flat_tables import FLAT_TABLES
from .public_tables import PUBLIC_TABLES
from .release_database import NewestChange, later_changes

TITLE = METADATA["title"]
CHANGES = "changes.jsonl"
CITATION = "CITATION.cff"
# Descriptions by file name, in page order. The manifest contains all of them.
DESCRIPTIONS = {
    package_file.NAME: _("All tables as CSV, with datapackage.json (Data Package 2.0)"),
    release_database.NAME: _("All tables as an SQLite database, with flat tables as views"),
    "initiatives.csv": _("One row per initiative, as in the export"),
    "statements.csv": _("One row per statement, as in the export"),
    "ties.csv": _("One row per pair of cities in each initiative, as in the file on the site"),
    "evidence.csv": _("One row per footnote, with the passage and its report"),
    CHANGES: _("One line of JSON per public change, oldest first, as in the API"),
    released_index.NAME: _("The filter index that embeds of this release use"),
    "columns.csv": _("The meaning of each column"),
    "metadata.json": _("Titles and descriptions for Datasette"),
    CITATION: _("A machine-readable citation (Citation File Format)"),
    package_file.README: _("Contents, licence and citation"),
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


def address(date: str) -> str:
    """The URL of a release."""
    return f"{settings.SITE_URL}/data/{date}/"


def citation(date: str, url: str) -> str:
    """The citation of the release of a given day. It contains the DOI of all releases, if there is one."""
    addresses = " ".join(filter(None, [doi_address(), url]))
    return f"{SITE_NAME} ({date[:4]}). {TITLE} (release {date}) [Data set]. {addresses}"


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
    """Returns the content of manifest.json. The release includes everything committed before `made_at`."""
    return {
        "name": "sco-cities",
        "title": TITLE,
        "release": date,
        "url": address(date),
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "cite_as": citation(date, address(date)),
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
    """CITATION.cff, which is YAML with JSON values (https://citation-file-format.github.io)."""
    url, doi = address(date), settings.DOI
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
    """The properties of datapackage.json that only this release has."""
    # The time is the beginning of the day, because files for equal data must be equal.
    return {
        "id": doi_address() or address(date),
        "homepage": address(date),
        "version": date,
        "created": f"{date}T00:00:00Z",
    }


def readme(date: str) -> str:
    """The README of a release, with its description, citation, licence and files."""
    files = "\n".join(f"  {name}: {description}" for name, description in DESCRIPTIONS.items())
    credits_ = "\n".join(f"- {line}" for line in attribution_lines()[1:])
    tables = "\n".join(f"  {table.name}: {table.description}" for table in PUBLIC_TABLES.values())
    flat = "\n".join(f"  {table.name}: {table.description}" for table in FLAT_TABLES)
    return f"""\
{TITLE}
Release {date}

{METADATA["description"]}

A release is what readers of the site could see on that day. It is never changed: corrections are in later ones.
A record that names one that readers could not see has an empty cell there. A city without a country, and a statement
without a speaker and an event, can be in it for that reason; a site that loads the package refuses these rows.

HOW TO CITE
  {citation(date, address(date))}

LICENCE
  {attribution_lines()[0]}

FOOTNOTES
  {FOOTNOTE_RULE}

SOURCES OF DATA ON PLACES
{credits_}

FILES
{files}
  manifest.json: rows of each table, and size and SHA-256 of each file

TABLES
{tables}

FLAT TABLES
{flat}
"""


def datasette_metadata(date: str) -> str:
    """metadata.json for Datasette, with title, licence, and the meaning of tables and columns."""
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
        "source_url": address(date),
        "databases": {"sco-cities": {"tables": tables}},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
