"""Metadata of list exports (`/initiatives.metadata.json?…`), and lists as data packages (`/initiatives.zip?…`).

The metadata helps people and programs that read the files later. A package contains the records of the list, all
records that they refer to, and the sources of these records.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.datapackage.descriptor import FORMAT_VERSION
from sco_cities.datapackage.models import LoadedPackage
from sco_cities.facet_index.refresh import facet_index
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings import querystring
from sco_cities.listings.exports.attribution import LICENCE, LICENCE_URL, attribution_lines
from sco_cities.listings.exports.params import BOM, COLUMNS, LABELS, ExportParams
from sco_cities.listings.exports.streaming_response import Export, ExportFormat
from sco_cities.listings.list_query import PAGE_PARAMETERS, ListQuery, value_label
from sco_cities.listings.result_set import last_modified
from sco_cities.listings.views import EXPORT_FORMATS
from sco_cities.releases.public_tables import PUBLIC_TABLES
from sco_cities.releases.release_database import ReleaseDatabase, later_changes, release_database
from sco_cities.releases.release_files import write_package
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION
from sco_cities.site.citation import page_citation
from sco_cities.site.error_pages import BUSY, PRECONDITION_FAILED
from sco_cities.site.machine_paths import invalid_parameters, problem_response

from .json_schema import column_schemas
from .views import json_response


@require_safe
def list_metadata(request: HttpRequest, collection: str) -> HttpResponse:
    """Returns the metadata of a list with the same query string. Returns 400 with all errors in the query string."""
    with facet_index(collection) as state:
        list_query = ListQuery.of(LISTS_BY_COLLECTION[collection].listing, state, request)
        params = ExportParams.read(list_query, COLUMNS, LABELS, BOM)
        if list_query.errors:
            return invalid_parameters(request, list_query.errors)
        document = _document(list_query, params, request)
    return json_response(document, {"alternate": document["page_url"]})


def _document(list_query: ListQuery, params: ExportParams, request: HttpRequest) -> dict[str, Any]:
    collection, today = list_query.listing.collection, timezone.localdate()
    package = LoadedPackage.objects.newest()

    def url(name: str, string: str, *args: str) -> str:
        return request.build_absolute_uri(reverse(name, args=args)) + string.removesuffix("?")

    page_url = url(f"{collection}-list", list_query.export_query)
    return {
        "title": list_query.heading,
        "list": collection,
        "count": list_query.result_set.count(),
        "filters": filter_documents(list_query),
        "sort": list_query.sort,
        "page_url": page_url,
        "api_url": url("api-list", _query_of(list_query, COLUMNS, LABELS), collection),
        "files": dict(_files(list_query, url)),
        "columns": _columns(list_query, params),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "credits": attribution_lines(),
        "cite_as": page_citation(list_query.heading, [today.isoformat()], page_url),
        "changed_at": last_modified(list_query.result_set),
        "retrieved_on": today,
        # The version of the last loaded data package. Curators may have changed the data since then.
        "data_package": package.version if package else None,
    }


def filter_documents(list_query: ListQuery) -> list[dict[str, Any]]:
    """Returns the active filters with their values, as codes and as labels."""
    return [
        {
            "parameter": name,
            "label": str(item.label),
            "values": [{"value": value, "label": value_label(item, value)} for value in values],
        }
        for name, item, values in list_query.active_filters
    ]


def _query_of(list_query: ListQuery, *accepted: str) -> str:
    """Returns the query string with filters, sort order and the file parameters in `accepted`."""
    others = {COLUMNS, LABELS, BOM}.difference(accepted)
    return querystring.without(list_query.params, *PAGE_PARAMETERS, *others)


def _files(list_query: ListQuery, url: Callable[..., str]) -> Iterator[tuple[str, str]]:
    """Yields the extension and URL of each file and feed with the same filters."""
    collection = list_query.listing.collection
    for export_format in EXPORT_FORMATS:
        if export_format.supports(list_query.listing):
            name = f"{collection}-{export_format.extension}"
            yield export_format.extension, url(name, _query_of(list_query, *export_format.params))
    yield "atom", url(f"{collection}-atom", list_query.filter_query)
    yield "feed.json", url(f"{collection}-feed", list_query.filter_query)


def _columns(list_query: ListQuery, params: ExportParams) -> list[dict[str, Any]]:
    in_every_file = set(params.header)
    return [
        # JSON also contains the earliest and latest possible day of each date.
        {"name": name, **schema, "json_only": name not in in_every_file}
        for column in params.columns
        for name, schema in column_schemas(list_query.listing, column, labels=params.labels).items()
    ]


# The package is completely written to disk before it is sent. A package of 10,000 initiatives with their sources takes
# 6 s of CPU time.
MAX_RECORDS = 10_000
# A package of 200 records with their sources takes as much CPU time as 5,000 lines of CSV.
LONG_LIST = 100
_CHUNK_SIZE = 64 * 1024


def too_large_error(export: Export) -> str:
    """Returns an error message if the list is too long for a package, otherwise ""."""
    if export.count <= MAX_RECORDS:
        return ""
    return _(
        "A data package can contain at most %(most)s records, but this list has %(count)s. Add filters, or download "
        "all data as a release."
    ) % {"most": GroupedInt(MAX_RECORDS), "count": GroupedInt(export.count)}


def write_list_package(export: Export) -> Iterator[bytes]:
    """Yields the ZIP file in chunks. Equal data results in equal bytes."""
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
    """Returns the list's metadata for datapackage.json, which is similar to the manifest of a release."""
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
        "The records of this list and the records that they refer to, with the passages that support them, and the "
        "speakers and reports of these passages. datapackage.json describes the files (Data Package 2.0).",
        "",
        *attribution_lines(),
        "",
        f"How to cite: “{list_query.heading}”, SCO Cities, with the date of access. {export.page_url}",
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
