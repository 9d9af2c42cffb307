"""URLs of a list, for its page and each export format."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from sco_cities.listings.exports.csv_file import CSV
from sco_cities.listings.exports.geojson_file import GEOJSON
from sco_cities.listings.exports.json_rows import JSONL
from sco_cities.listings.exports.streaming_response import ExportFormat, streaming_response
from sco_cities.listings.exports.xlsx_file import XLSX

from .listing import Listing
from .registered_functions import with_past_lists
from .views import list_page

# Other packages add their formats in `AppConfig.ready`, before the URLs are created.
EXPORT_FORMATS = [CSV, XLSX, GEOJSON, JSONL]


def list_paths(listing: Listing) -> list[URLPattern]:
    """The URL patterns of `listing` for its page and its exports. A URL name of an export is "initiatives-csv"."""

    @require_safe
    @with_past_lists
    def page(request: HttpRequest) -> HttpResponse:
        return list_page(request, listing)

    name = listing.collection
    formats = (each for each in EXPORT_FORMATS if each.supports(listing))
    return [
        path(f"{name}/", page, name=f"{name}-list"),
        *(
            path(f"{name}.{each.extension}", _export_view(listing, each), name=f"{name}-{each.extension}")
            for each in formats
        ),
    ]


def _export_view(listing: Listing, export_format: ExportFormat):
    @require_safe
    @with_past_lists
    def export(request: HttpRequest) -> HttpResponse:
        return streaming_response(request, listing, export_format)

    return export
