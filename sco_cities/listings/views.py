"""List pages and exports for any kind of record, with their URLs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import facet_index

from .exports.csv_file import CSV
from .exports.geojson_file import GEOJSON
from .exports.json_rows import JSONL
from .exports.streaming_response import ExportFormat, streaming_response
from .exports.xlsx_file import XLSX
from .list_page import ListPage
from .listing import Listing
from .registered_functions import with_past_lists

# The list of all options, which htmx loads when a reader searches a long list of options.
OPTIONS_TEMPLATE = "listings/_all_options.html"
# Element IDs of option lists consist of this prefix and the filter's name.
OPTIONS_ID_PREFIX = "list-"
# A request header with the names of the panels open in the browser, separated by commas. The response can omit the
# options of closed panels.
OPEN_FILTERS_HEADER = "Open-Filters"
VARY_HEADERS = ("HX-Request", "HX-Target", "HX-History-Restore-Request", OPEN_FILTERS_HEADER)
# Other packages add their formats in `AppConfig.ready`, before the URLs are created.
EXPORT_FORMATS = [CSV, XLSX, GEOJSON, JSONL]


def list_paths(listing: Listing) -> list[URLPattern]:
    """Returns the URL patterns for a list's page and exports, with names such as "initiatives-csv"."""
    name = listing.collection
    formats = (each for each in EXPORT_FORMATS if each.supports(listing))
    return [
        path(f"{name}/", page_view(listing), name=f"{name}-list"),
        *(
            path(f"{name}.{each.extension}", _export_view(listing, each), name=f"{name}-{each.extension}")
            for each in formats
        ),
    ]


def _export_view(listing: Listing, export_format: ExportFormat) -> Callable:
    @require_safe
    @with_past_lists
    def export(request: HttpRequest) -> HttpResponse:
        return streaming_response(request, listing, export_format)

    return export


def page_view(listing: Listing, page_class: type[ListPage] = ListPage) -> Callable:
    """Makes a view for a page of records that match the query string, such as the list page or the map.

    If a value is invalid, its filter shows an error and the page has no records.
    """

    def page(request: HttpRequest) -> HttpResponse:
        with facet_index(listing.collection) as state:
            return _page_response(request, page_class.of(listing, state, request))

    # The documentation's table of routes shows the page's package.
    page.__module__ = page_class.__module__
    return require_safe(with_past_lists(page))


def _page_response(request: HttpRequest, list_query: ListPage) -> HttpResponse:
    """Renders the page of a list, or the part that htmx requests."""
    # htmx requests the complete page when it restores the browser history.
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    context = {"list_query": list_query, "listing": list_query.listing, "is_part": is_part}
    target = request.htmx.target or ""
    name = target.removeprefix(OPTIONS_ID_PREFIX)
    page_template, template = list_query.templates
    if not is_part:
        template = page_template
    elif target.startswith(OPTIONS_ID_PREFIX) and name in list_query.filterset.filters:
        template = OPTIONS_TEMPLATE
        context["panel"] = list_query.filter_panel(name)
    else:
        names = request.headers.get(OPEN_FILTERS_HEADER)
        list_query.open_filters = None if names is None else frozenset(names.split(","))
    response = render(request, template, context)
    patch_vary_headers(response, VARY_HEADERS)
    return response
