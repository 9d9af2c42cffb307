"""The addresses of a list: one for each form that it takes."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from sco_cities.listings.exports.atom_file import ATOM
from sco_cities.listings.exports.csv_file import CSV
from sco_cities.listings.exports.geojson_file import GEOJSON
from sco_cities.listings.exports.streaming_response import ExportFormat, streaming_response
from sco_cities.listings.exports.xlsx_file import XLSX

from .listing import Listing
from .views import list_page

EXPORT_FORMATS = (CSV, XLSX, GEOJSON, ATOM)


def list_paths(listing: Listing) -> list[URLPattern]:
    """The page of `listing` and its exports, named "initiatives-list", "initiatives-csv" and so on."""

    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        return list_page(request, listing)

    name = listing.collection
    forms = (form for form in EXPORT_FORMATS if form.fits(listing))
    return [
        path(f"{name}/", page, name=f"{name}-list"),
        *(
            path(f"{name}.{form.ending}", _export(listing, form), name=f"{name}-{form.ending}")
            for form in forms
        ),
    ]


def _export(listing: Listing, form: ExportFormat):
    @require_safe
    def export(request: HttpRequest) -> HttpResponse:
        return streaming_response(request, listing, form)

    return export
