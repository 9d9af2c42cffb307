"""Exports a list as a data package with its records, all referenced records and sources (`/initiatives.zip?…`)."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sco_cities.datapackage.descriptor import FORMAT_VERSION
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings.exports.attribution import attribution_lines
from sco_cities.listings.exports.streaming_response import Export, ExportFormat
from sco_cities.releases.package_file import write_package
from sco_cities.releases.public_tables import PUBLIC_TABLES
from sco_cities.releases.release_database import ReleaseDatabase, later_changes, release_database
from sco_cities.site.error_pages import BUSY, PRECONDITION_FAILED
from sco_cities.site.problem import invalid_parameters, problem_response

from .metadata import filter_documents

# The package is written to disk completely before it is sent. A package of 10,000 initiatives with their sources takes
# 6 s of CPU time.
MAX_RECORDS = 10_000
# A package of 200 records with their sources takes as much CPU time as 5,000 lines of CSV.
LONG_LIST = 100
_CHUNK_SIZE = 64 * 1024


def too_large_error(export: Export) -> str:
    """An error message if the list is too long for a package, otherwise ""."""
    if export.count <= MAX_RECORDS:
        return ""
    return _(
        "A data package can contain at most %(most)s records, but this list has %(count)s. Add filters, or download "
        "all data as a release."
    ) % {"most": GroupedInt(MAX_RECORDS), "count": GroupedInt(export.count)}


def write_list_package(export: Export) -> Iterator[bytes]:
    """Yields the file in chunks. The same database state always gives the same bytes."""
    found = {export.listing.collection: export.list_query.result_set.keys}
    with tempfile.TemporaryFile() as package:
        with (
            tempfile.TemporaryDirectory(prefix="sco-cities-") as directory,
            release_database(Path(directory) / "rows.sqlite3", found) as database,
        ):
            write_package(package, database, _about(export, database), _readme(export))
        package.seek(0)
        while part := package.read(_CHUNK_SIZE):
            yield part


def _about(export: Export, database: ReleaseDatabase) -> dict[str, Any]:
    """The metadata of the list in datapackage.json, similar to the manifest of a release."""
    change = database.newest_change
    return {
        "version": FORMAT_VERSION,
        "title": f"SCO Cities: {export.list_query.heading}",
        "homepage": export.page_url,
        "list": export.listing.collection,
        "count": export.count,
        "filters": filter_documents(export.list_query),
        "rows": {name: database.counts[name] for name in PUBLIC_TABLES},
        "newest_change": change and change.document,
        "later_changes": export.request.build_absolute_uri(later_changes(change)),
    }


def _readme(export: Export) -> str:
    list_query = export.list_query
    lines = [
        f"SCO Cities: {list_query.heading}",
        export.page_url,
        "",
        "The records that this list finds, and what they refer to: the records that they name, the passages that are "
        "evidence for any of these, with their speakers and reports. datapackage.json describes the files (Data "
        "Package 2.0).",
        "",
        *attribution_lines(),
        "",
        f"How to cite: “{list_query.heading}”, SCO Cities, with the day on which you read it. {export.page_url}",
    ]
    return "\n".join(lines) + "\n"


def _refusal(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    title = next(page.title for page in (BUSY, PRECONDITION_FAILED) if page.status == status)
    return problem_response(request, status, f"status-{status}", str(title), sentence)


PACKAGE = ExportFormat(
    "zip",
    "application/zip",
    write_list_package,
    error=too_large_error,
    is_deterministic=True,
    long_list=LONG_LIST,
    bad_request=lambda request, list_query: invalid_parameters(request, list_query.errors),
    refusal=_refusal,
)
