"""The page of a list, for any kind of record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from .columns import Listing
from .selection import Selection

PAGE_TEMPLATE = "browse/list.html"
# What htmx swaps in after a click on a filter: the heading, the chips, the facets and the rows.
RESULTS_TEMPLATE = "browse/_results.html"


def list_page(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The list that the query string asks for, 50 records a page, with its filters, chips and exports.

    A wrong value shows its error beside its filter and no rows.
    """
    selection = Selection.for_page(listing, request)
    template = RESULTS_TEMPLATE if request.htmx and not request.htmx.boosted else PAGE_TEMPLATE
    response = render(request, template, {"selection": selection, "listing": listing})
    patch_vary_headers(response, ["HX-Request"])
    return response
