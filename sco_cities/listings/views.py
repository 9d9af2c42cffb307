"""The list page for any kind of record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from sco_cities.facet_index.refresh import facet_index

from .list_page import ListPage
from .listing import BRIEF, Listing

PAGE_TEMPLATE = "listings/list.html"
# The page layout for print.
BRIEF_TEMPLATE = "listings/brief.html"
# The part that htmx replaces after a click on a filter. It contains the heading, chips, filters and rows.
RESULTS_TEMPLATE = "listings/_results.html"
# The list of all options, which htmx loads when a reader searches a long list of options.
OPTIONS_TEMPLATE = "listings/_all_options.html"
# The id of the options' element is this prefix followed by the filter's name.
OPTIONS_ID_PREFIX = "list-"
# A request header with the names of the panels open in the browser, separated by commas. The response can omit the
# options of closed panels.
OPEN_FILTERS_HEADER = "Open-Filters"
VARY_HEADERS = ("HX-Request", "HX-Target", "HX-History-Restore-Request", OPEN_FILTERS_HEADER)


def list_page(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Renders a list page with filters, counts, chips and exports, or the list's brief with notes.

    If a value is invalid, its filter shows an error and the list has no rows.
    """
    with facet_index(listing.collection) as state:
        list_query = ListPage.of(listing, state, request)
        if list_query.view == BRIEF:
            return list_page_response(request, list_query, BRIEF_TEMPLATE, BRIEF_TEMPLATE)
        return list_page_response(request, list_query)


def list_page_response(
    request: HttpRequest,
    list_query: ListPage,
    page_template: str = PAGE_TEMPLATE,
    results_template: str = RESULTS_TEMPLATE,
) -> HttpResponse:
    """Renders the page of a list, or the part that htmx requests."""
    # htmx requests the whole page when it restores the browser history.
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    context = {"list_query": list_query, "listing": list_query.listing, "is_part": is_part}
    target = request.htmx.target or ""
    name = target.removeprefix(OPTIONS_ID_PREFIX)
    if not is_part:
        template = page_template
    elif target.startswith(OPTIONS_ID_PREFIX) and name in list_query.filterset.filters:
        template = OPTIONS_TEMPLATE
        context["panel"] = list_query.filter_panel(name)
    else:
        template = results_template
        names = request.headers.get(OPEN_FILTERS_HEADER)
        list_query.open_filters = None if names is None else frozenset(names.split(","))
    response = render(request, template, context)
    patch_vary_headers(response, VARY_HEADERS)
    return response
