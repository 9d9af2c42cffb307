"""The addresses of a list: one for each form that it takes."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from .columns import Listing
from .exports import csv_export
from .views import list_page


def list_paths(listing: Listing) -> list[URLPattern]:
    """The page of `listing` and its exports, named "initiatives-list", "initiatives-csv" and so on."""

    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        return list_page(request, listing)

    @require_safe
    def as_csv(request: HttpRequest) -> HttpResponse:
        return csv_export(request, listing)

    name = listing.collection
    return [
        path(f"{name}/", page, name=f"{name}-list"),
        path(f"{name}.csv", as_csv, name=f"{name}-csv"),
    ]
